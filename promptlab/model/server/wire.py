"""What is sent to an OpenAI-compatible server for a completion, and what its reply means.

A `text` prompt is a body for /completions, chat turns are one for /chat/completions.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from promptlab.engine.stopping import cut
from promptlab.tool_calls import functions, structured_calls, turns
from promptlab.types import Completion, FinishReason, Generate, Prompt

TURNS = frozenset({"system", "user", "assistant", "tool"})


def path(prompt: Prompt) -> str:
    """Which endpoint reads this prompt.

    Raises:
        ValueError: there is nothing in the prompt, or text and turns are mixed.
    """
    roles = [message.role for message in prompt.messages]
    if roles == ["text"]:
        return "/completions"
    if roles and TURNS.issuperset(roles):
        return "/chat/completions"
    raise ValueError(
        f"a prompt has the roles {roles}; expected one message of role text, or turns of the "
        "roles system, user and assistant"
    )


def goes_on(prompt: Prompt) -> bool:
    """Whether the prompt ends in the beginning of the reply."""
    last = prompt.messages[-1]
    return last.role == "assistant" and bool(last.content.strip())


def body(name: str, prompt: Prompt, request: Generate, *, logprobs: bool) -> dict[str, Any]:
    """Ask the model `name` to complete `prompt`, which is the request's or stands for it."""
    sampling = request.sampling
    said: dict[str, Any] = {"model": name, **_asked(prompt)}
    said |= {"max_tokens": sampling.max_tokens, "temperature": sampling.temperature}
    if sampling.temperature > 0:
        said |= {"top_p": sampling.top_p, "seed": seed(request)}
        # Not OpenAI's own word; vLLM, SGLang, llama.cpp and Ollama know it.
        said |= {} if sampling.top_k is None else {"top_k": sampling.top_k}
    if stops := [stop for stop in sampling.stop if stop]:
        said["stop"] = stops
    if logprobs:
        said["logprobs"] = 1 if "prompt" in said else True
    return said


def seed(request: Generate) -> int:
    """A number of 31 bits, which every server takes, for this prompt, sampling, seed and draw."""
    return int(request.digest[:8], 16) >> 1


def _asked(prompt: Prompt) -> dict[str, Any]:
    """The prompt as its endpoint takes it."""
    if path(prompt) == "/completions":
        return {"prompt": prompt.messages[0].content}
    said: dict[str, Any] = {"tools": functions(prompt.tools)} if prompt.tools else {}
    messages = said["messages"] = turns(prompt.messages)
    if goes_on(prompt):
        # vLLM and SGLang ask for this; llama.cpp and Ollama go on by themselves.
        return said | {"continue_final_message": True, "add_generation_prompt": False}
    if messages[-1]["role"] == "assistant":
        said["messages"] = messages[:-1]
    return said


def first_choice(reply: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The reply's only choice.

    Raises:
        ValueError: the reply is not of the shape that OpenAI documents.
    """
    choices = reply.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        return choices[0]
    raise ValueError(
        f"{where} answered with {str(dict(reply))[:200]}; expected an object with `choices`: is it "
        "an OpenAI-compatible server?"
    )


def completion(reply: Mapping[str, Any], request: Generate, where: str) -> Completion:
    """Read a reply.

    Raises:
        ValueError: the reply is not of the shape that OpenAI documents, or was broken off.
    """
    choice = first_choice(reply, where)
    text = _text(choice, where)
    stopped = cut(text, request.sampling.stop)
    tokens = counted(reply, "completion_tokens", where)
    completion = Completion(
        text if stopped is None else stopped,
        "stop" if stopped is not None else _finish(choice, tokens, request, where),
        counted(reply, "prompt_tokens", where),
        tokens,
        _logprob(choice.get("logprobs")),
    )
    message = choice.get("message")
    # Only what the server says is a call: words in its text that look like one are words.
    told = message.get("tool_calls") if isinstance(message, dict) else None
    calls = structured_calls(told) if request.prompt.tools else ()
    return replace(completion, calls=calls) if calls else completion


def counted(reply: Mapping[str, Any], what: str, where: str) -> int:
    """A number of tokens from the reply's `usage`; 0 where the server does not count.

    Raises:
        ValueError: what stands there is no number.
    """
    usage = reply.get("usage") or {}
    number = (usage.get(what) or 0) if isinstance(usage, dict) else usage
    if not isinstance(number, int):
        raise ValueError(
            f"{where} answered with the usage {str(usage)[:200]!r}; expected {what} as a number"
        )
    return number


def _text(choice: Mapping[str, Any], where: str) -> str:
    """The text; a reasoning model may have used up its tokens before it wrote any."""
    message = choice.get("message")
    text = message.get("content") if isinstance(message, dict) else choice.get("text")
    if text is None and isinstance(message, dict):
        return ""
    if not isinstance(text, str):
        raise ValueError(f"{where} answered with a choice that has no text: {str(choice)[:200]}")
    return text


def _finish(choice: Mapping[str, Any], tokens: int, request: Generate, where: str) -> FinishReason:
    reason = choice.get("finish_reason")
    if reason in ("abort", "error", "cancelled"):
        raise ConnectionError(f"{where} broke a completion off ({reason}); see the server's log")
    if reason == "length" or (reason is None and tokens >= request.sampling.max_tokens):
        return "length"
    return "stop"


def _logprob(told: Any) -> float | None:
    """The completion's log-probability, from either of the two shapes that servers give."""
    if not isinstance(told, dict):
        return None
    tokens = told.get("token_logprobs")
    if tokens is None:
        tokens = [token.get("logprob") for token in told.get("content") or []]
    if not tokens or not all(isinstance(token, (int, float)) for token in tokens):
        return None
    return float(sum(tokens))
