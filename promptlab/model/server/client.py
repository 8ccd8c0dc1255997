"""Put a batch of requests to an OpenAI-compatible server, all side by side, replies in order."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from promptlab.engine.tokens.differing import up_to_difference
from promptlab.engine.tokens.wellformed import wellformed
from promptlab.hearing import hears, replied
from promptlab.model.server import echo, wire
from promptlab.model.server.connection import Address, Json, Post, RefusedError, connected
from promptlab.model.server.forms import fields, warn_of_free
from promptlab.model.server.markers import warn_of_markers
from promptlab.model.server.stream import HearText
from promptlab.types import (
    Completion,
    Failed,
    Generate,
    Message,
    ModelReply,
    ModelRequest,
    Prompt,
    RequestFailed,
    Score,
    Scores,
)

if TYPE_CHECKING:
    from promptlab.model.server.openai import OpenAI

T = TypeVar("T")
Listen: TypeAlias = Callable[[echo.Written], Awaitable[echo.Echo]]


async def ask(model: "OpenAI", requests: Sequence[ModelRequest]) -> list[ModelReply]:
    """Ask a server everything; what one request raises ends all the others."""
    address = Address(
        *(model.url, model.name, model.key_variable, model.concurrency),
        *(model.retries, model.timeout, model.deadline),
    )
    if not model.tokenizer:
        messages = [message for request in requests for message in request.prompt.messages]
        said = [message.content for message in messages]
        said += [call.arguments for message in messages for call in message.calls]
        warn_of_markers(said, model.url)
    forms = [request.form for request in requests if isinstance(request, Generate)]
    warn_of_free(forms, model.structured, model.url)
    hear = _hearing(requests)
    async with connected(address, hear) as send:
        more = {"stream": True, "stream_options": {"include_usage": True}} if hear else {}
        post = partial(_with, more | dict(model.extra or {}), send)
        listen = _once(partial(_listen, model, post))
        return await _all([_reply(model, post, listen, request) for request in requests])


def _hearing(requests: Sequence[ModelRequest]) -> HearText | None:
    """Return who is told of the only reply as it is written, if anybody listens."""
    heard, request = hears(), requests[0] if len(requests) == 1 else None
    return partial(heard, request) if heard and isinstance(request, Generate) else None


async def _with(extra: Mapping[str, Any], send: Post, path: str, body: Mapping[str, Any]) -> Json:
    return await send(path, {**body, **extra})


def _once(listen: Listen) -> Listen:
    """Ask for the same echo once in a batch, however many requests need it."""
    begun: dict[echo.Written, asyncio.Future[echo.Echo]] = {}

    async def shared(prompt: echo.Written) -> echo.Echo:
        if prompt not in begun:
            begun[prompt] = asyncio.ensure_future(listen(prompt))
        return await begun[prompt]

    return shared


async def _all(coroutines: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """Run side by side; the first failure cancels the rest, and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(coroutine) for coroutine in coroutines]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]


async def _reply(model: "OpenAI", post: Post, listen: Listen, request: ModelRequest) -> ModelReply:
    try:
        return await _answered(model, post, listen, request)
    except RequestFailed as error:
        return Failed(error)
    finally:
        replied()


async def _answered(
    model: "OpenAI", post: Post, listen: Listen, request: ModelRequest
) -> ModelReply:
    if isinstance(request, Generate):
        return await _completion(model, post, request)
    if model.tokenizer:
        return await _scores_of_ids(model, listen, request)
    return await _scores_of_text(model, listen, request)


async def _completion(model: "OpenAI", post: Post, request: Generate) -> Completion:
    prompt = _written_out(model, request.prompt) if model.tokenizer else request.prompt
    path = wire.path(prompt)
    body = wire.body(model.name, prompt, request, logprobs=model.logprobs)
    held = {} if request.form is None else fields(request.form, model.structured)
    body |= held
    if model.tokenizer and (ids := _ids_where_text_forges(model, request.prompt)):
        body["prompt"] = ids
    if model.tokenizer and request.prompt.tools:
        body["skip_special_tokens"] = False  # which mark the calls of some models
    try:
        reply = await post(path, body)
    except (RefusedError, ConnectionError) as error:
        advice = _advice(model, prompt, held, error)
        if advice:
            raise ValueError(f"{error}. {advice}") from None
        raise
    completion = wire.completion(reply, request, model.url + path)
    if model.tokenizer and request.prompt.tools:
        from promptlab.engine.tokens.calls import calling  # noqa: PLC0415  heavy

        completion = calling(model.vocabulary, completion, completion.text, request)
    return replace(completion, timing=reply.timing)


def _advice(model: "OpenAI", prompt: Prompt, held: Mapping[str, Any], error: Exception) -> str:
    """Say what a server may not have understood, and how to do without; empty where it may all."""
    if prompt.tools and "tool" in str(error).removeprefix(model.url).casefold():
        return (
            "It was offered tools, as `tools` of chat completions; expected a server that takes "
            "them (vLLM is started with --enable-auto-tool-choice and --tool-call-parser, "
            "llama.cpp with --jinja) and a model that calls them: strategy.calls=text does without"
        )
    if not isinstance(error, RefusedError):
        return ""
    if held:
        return (
            f"It was told what the reply must be by {', '.join(held)}: model.structured=none reads "
            "the answer off free replies"
        )
    if wire.goes_on(prompt):
        return (
            "The prompt ends in the beginning of the reply, which this server may not be able to "
            "go on with: set model.tokenizer to the model's name on the Hugging Face hub, to have "
            "turns written out here, or use a template with an empty cue"
        )
    return ""


def _written_out(model: "OpenAI", prompt: Prompt) -> Prompt:
    """Chat turns as text, less the opening tokens that the server will put before any text."""
    from promptlab.engine.tokens.rendering import render, written  # noqa: PLC0415  heavy

    if wire.path(prompt) == "/completions":
        return prompt
    nothing = render(model.vocabulary, Prompt((Message("text", ""),)))
    text = render(model.vocabulary, prompt).text
    return Prompt((Message("text", text.removeprefix(written(model.vocabulary, nothing))),))


def _ids_where_text_forges(model: "OpenAI", prompt: Prompt) -> list[int]:
    """The prompt's tokens, where the server would find control tokens in a message."""
    from promptlab.engine.tokens.rendering import forges, ids_of, render  # noqa: PLC0415  heavy

    if forges(model.vocabulary, render(model.vocabulary, prompt)):
        return ids_of(model.vocabulary, prompt)
    return []


async def _listen(model: "OpenAI", post: Post, prompt: echo.Written) -> echo.Echo:
    """Have a prompt repeated with its log-probabilities."""
    where = f"{model.url}/completions"
    try:
        reply = await post("/completions", echo.body(model.name, prompt))
    except RefusedError as error:
        raise echo.CannotScore(where, str(error)) from None
    return echo.echoed(reply, prompt, where)


async def _scores_of_ids(model: "OpenAI", listen: Listen, request: Score) -> Scores:
    """Score by token ids, split into prompt and continuations as for a local model."""
    from promptlab.engine.scoring import tokenised  # noqa: PLC0415  heavy

    row = tokenised(model.vocabulary, request)
    wholes = await _all([_heard(listen, (*row.context, *tail)) for tail in row.tails])
    tails = [whole.logprobs[len(row.context) :] for whole in wholes]
    return echo.scores(request, tails, row.prompt_tokens, model.url)


async def _scores_of_text(model: "OpenAI", listen: Listen, request: Score) -> Scores:
    """Score by text; the prompt alone is asked for too, to see where it ends."""
    if wire.path(request.prompt) != "/completions":
        raise ValueError(
            "the continuations of chat turns can be scored only where the turns are written out: "
            "set model.tokenizer to the model's name on the Hugging Face hub, or use template=qa_v1"
        )
    text = wellformed(request.prompt.messages[0].content)
    bare = text.rstrip(" ")
    if not bare:
        raise ValueError(
            "an empty prompt has nothing that a server could score a continuation after; expected "
            "some text, or set model.tokenizer"
        )
    continued = (wellformed(continuation) for continuation in request.continuations)
    asked = [bare, *(text + continuation for continuation in continued)]
    alone, *wholes = await _all([_heard(listen, prompt) for prompt in asked])
    start = echo.shared(alone, wholes)
    tails = [whole.logprobs[start:] for whole in wholes]
    if request.first:
        tokens = [whole.tokens[start:] for whole in wholes]
        tails = [tail[: up_to_difference(tokens, request.continuations)] for tail in tails]
    return echo.scores(request, tails, len(alone.tokens), model.url)


async def _heard(listen: Listen, prompt: echo.Written) -> echo.Echo:
    return await listen(prompt)
