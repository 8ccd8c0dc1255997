"""Chat: a function, or a client of OpenAI's library, as the model that answers.

A function is given the messages of a chat, `[{"role": "user", "content": …}]`, and returns the
reply; a prompt that is one text to continue becomes one user turn, and how a reply is drawn is the
function's own affair, but for stop strings, at which its reply is cut. A client is sent a text as a
text (`/completions`), turns as turns (`/chat/completions`), and how to draw. Where a reply must be
JSON, a client that is sent turns is told so (`response_format`); a function, a text and any other
form are not: the answer is then read off a free reply.
"""

import inspect
import os
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from promptlab.protocols import Answerer, Model, Preview
from promptlab.tool_calls import functions, structured_calls, turns
from promptlab.types import (
    Call,
    Completion,
    Failed,
    FinishReason,
    Form,
    Generate,
    Message,
    Prompt,
    Reply,
    Request,
    RequestFailed,
)

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")

Messages: TypeAlias = list[dict[str, Any]]
ChatFunction: TypeAlias = Callable[[Messages], str] | Callable[[Messages], Awaitable[str]]
Answering: TypeAlias = Answerer | Model | ChatFunction | Any
"""Who answers: a model, a function from messages to text, or a client of OpenAI's library."""

AT_ONCE = 8
"""Most requests of one batch that a client is sent side by side."""
ITS_OWN = (400, 413, 422)
"""What a server says of one request, and not of all."""


@dataclass(frozen=True)
class Chat:
    """Ask a function or a client, which may be asynchronous.

    Attributes:
        ask: A function from messages to text; or an `openai.OpenAI` or `openai.AsyncOpenAI`.
        name: What a client's server calls the model; a function needs none.
    """

    ask: Any
    name: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        if not _is_client(self.ask) and not callable(self.ask):
            raise TypeError(
                f"a {type(self.ask).__name__} cannot answer; expected a model of promptlab, a "
                "function from messages to text, or a client such as openai.OpenAI()"
            )
        if _is_client(self.ask) and not self.name:
            raise ValueError(
                "a client asks many models; say which: "
                'promptlab.Chat(client, name="the model\'s name on the server")'
            )

    @property
    def identity(self) -> Mapping[str, str]:
        """The model's name, or the function's."""
        own = getattr(self.ask, "__qualname__", type(self.ask).__qualname__)
        return {"name": self.name or f"{self.ask.__module__}.{own}"}

    def preview(self, prompt: Prompt) -> Preview:
        """Show the prompt; nothing counts its tokens."""
        return Preview(prompt.text, None)

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """Reply to every request, in order: side by side where a client is asked.

        Raises:
            ValueError: log-probabilities are asked for, which a chat does not tell.
            TypeError: the function returned something else than text.
        """
        asked = _completions(requests)
        if _is_async(self.ask):
            return _in_background(self.answer_async(requests))
        if len(asked) < 2 or not _is_client(self.ask):
            return [self._reply(request) for request in asked]
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  not for one request

        with ThreadPoolExecutor(min(AT_ONCE, len(asked))) as threads:
            return list(threads.map(self._reply, asked))

    async def answer_async(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """`answer` inside an event loop, which it does not hold up; raises the same."""
        import asyncio  # noqa: PLC0415  half of what importing this file would take

        asked = _completions(requests)
        if not _is_async(self.ask):
            return await asyncio.to_thread(self.answer, requests)
        turns = asyncio.Semaphore(AT_ONCE)
        return await asyncio.gather(*(self._reply_async(request, turns) for request in asked))

    def _reply(self, request: Generate) -> Reply:
        try:
            said = self._asked(request)
            # A plain function may hand on what an asynchronous one returns.
            return self._read(request, _in_background(said) if inspect.iscoroutine(said) else said)
        except Exception as error:
            return _failed(error)

    async def _reply_async(self, request: Generate, turns: "asyncio.Semaphore") -> Reply:
        try:
            async with turns:
                return self._read(request, await self._asked(request))
        except Exception as error:
            return _failed(error)

    def _asked(self, request: Generate) -> Any:
        """Ask; what an asynchronous one returns is still to be awaited."""
        messages = request.prompt.messages
        is_text = [message.role for message in messages] == ["text"]
        tools = request.prompt.tools
        if is_text and _is_client(self.ask):
            text = messages[0].content
            return self.ask.completions.create(prompt=text, **self._drawn(request))
        said = turns([Message("user", messages[0].content)] if is_text else messages)
        if _is_client(self.ask):
            held = response_format(request.form)
            held |= {"tools": functions(tools)} if tools else {}
            return self.ask.chat.completions.create(messages=said, **self._drawn(request), **held)
        if tools:
            raise ValueError(
                f"{self.identity['name']} is a function of messages alone, and was offered tools; "
                "expected a client such as openai.OpenAI(), a model, or strategy.calls=text"
            )
        return self.ask(said)

    def _drawn(self, request: Generate) -> dict[str, Any]:
        """Say which model is asked and how to draw, in OpenAI's words."""
        sampling = request.sampling
        said: dict[str, Any] = {
            "model": self.name,
            "max_tokens": sampling.max_tokens,
            "temperature": sampling.temperature,
        }
        if sampling.temperature > 0:
            said |= {"top_p": sampling.top_p, "seed": int(request.digest[:8], 16) >> 1}
        stops = [stop for stop in sampling.stop if stop]
        return said | ({"stop": stops} if stops else {})

    def _read(self, request: Generate, said: Any) -> Completion:
        if not _is_client(self.ask):
            if not isinstance(said, str):
                raise TypeError(
                    f"{self.identity['name']} returned a {type(said).__name__}; expected the "
                    "reply as text"
                )
            return _completed(request, said)
        choice = said.choices[0]
        message = getattr(choice, "message", None)
        text = (choice.text if message is None else message.content) or ""
        usage = said.usage
        tokens = (usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0)
        completion = _completed(request, text, choice.finish_reason == "length", *tokens)
        told = getattr(message, "tool_calls", None) if request.prompt.tools else None
        return replace(completion, calls=structured_calls([_plain(call) for call in told or ()]))


def response_format(form: Form | None) -> dict[str, Any]:
    """Say what a reply must be in OpenAI's words, which there are for JSON alone; else nothing."""
    if form is None or form.kind != "json":
        return {}
    import json  # noqa: PLC0415  not for every chat

    schema = json.loads(form.text)
    if schema == {"type": "object"}:
        return {"response_format": {"type": "json_object"}}
    named = {"name": "answer", "schema": schema, "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def answerer(given: Answering) -> Answerer | Model:
    """Return who answers: a model as it is, a client or a function as a `Chat`."""
    owner: Any = getattr(given, "__self__", None)
    is_method = hasattr(owner, "answer_async") and given == owner.answer_async
    asked: Any = owner if is_method else given
    return asked if hasattr(asked, "answer") else Chat(asked)


async def answered(given: Answerer | Model, requests: Sequence[Request]) -> Sequence[Reply]:
    """Let somebody answer inside an event loop; who cannot wait there answers in a thread."""
    import asyncio  # noqa: PLC0415  half of what importing this file would take

    waiting = getattr(given, "answer_async", None)
    if waiting is None:
        return await asyncio.to_thread(given.answer, requests)  # type: ignore[arg-type]
    replies: Sequence[Reply] = await waiting(requests)
    return replies


def _plain(call: Any) -> Any:
    """Take a call out of the client's own class."""
    function = getattr(call, "function", None)
    if function is None:
        return None
    return {"function": {"name": function.name, "arguments": function.arguments}}


def _is_client(given: Any) -> bool:
    """Say whether this is a client of OpenAI's library, or what looks like one."""
    return hasattr(getattr(given, "chat", None), "completions")


def _is_async(given: Any) -> bool:
    ask = given.chat.completions.create if _is_client(given) else given
    called = getattr(ask, "__call__", ask)  # noqa: B004  an object may have an asynchronous one
    # OpenAI's methods are wrapped in plain functions that keep the signature of what they wrap.
    return any(map(inspect.iscoroutinefunction, (ask, called, inspect.unwrap(ask))))


def _completed(
    request: Generate, text: str, full: bool = False, read: int = 0, wrote: int = 0
) -> Completion:
    """Make a completion of a reply, which ends before the first stop string in it."""
    found = [text.find(stop) for stop in request.sampling.stop if stop and stop in text]
    reason: FinishReason = "length" if full and not found else "stop"
    return Completion(text[: min(found)] if found else text, reason, read, wrote)


def _failed(error: Exception) -> Failed:
    """Return what is the matter with one request; raise what concerns all."""
    if isinstance(error, RequestFailed):
        return Failed(error)
    if getattr(error, "status_code", None) in ITS_OWN:
        return Failed(RequestFailed(f"the server refused the request: {error}"))
    raise error


def _completions(requests: Sequence[Request]) -> list[Generate]:
    """Return the requests; refuse those that a chat cannot answer."""
    asked = []
    for request in requests:
        if isinstance(request, Call):
            raise ValueError(
                f"the tool {request.to!r} was asked of a chat; expected promptlab.Route(models, "
                "tools), which sends each request to whom it names"
            )
        if not isinstance(request, Generate):
            raise ValueError(
                "log-probabilities of given answers are asked for (strategy=choose does so), which "
                "a chat does not tell; expected a model that does: promptlab.Embedded, "
                "promptlab.HuggingFace, or promptlab.OpenAI with the url of vLLM or llama.cpp"
            )
        asked.append(request)
    return asked


def _in_background(work: Coroutine[Any, Any, T]) -> T:
    """Wait for asynchronous work, also where an event loop is running already.

    Raises:
        RuntimeError: such work itself waits so for more of it, which could never come.
    """
    import asyncio  # noqa: PLC0415  half of what importing this file would take

    loop = _loop()
    if asyncio._get_running_loop() is loop:  # noqa: SLF001  the public one raises where there is none
        work.close()
        raise RuntimeError(
            "an asynchronous model waits for its own loop: await solve_async, aanswer"
        )
    return asyncio.run_coroutine_threadsafe(work, loop).result()


@lru_cache(maxsize=1)
def _loop() -> "asyncio.AbstractEventLoop":
    """One loop for all who wait: a client's connections stay with the loop that opened them."""
    import asyncio  # noqa: PLC0415  half of what importing this file would take
    from threading import Thread  # noqa: PLC0415

    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="promptlab-chat", daemon=True).start()
    return loop


# A child of a fork has the loop, but not the thread that ran it.
os.register_at_fork(after_in_child=_loop.cache_clear)
