"""A reply that comes in pieces (server-sent events), put together as one that came whole."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, TypeAlias

HearText: TypeAlias = Callable[[str], None]
"""Told a reply's text so far."""

LEFT_BACK = 64
"""Characters at the end of a text that are not told yet: a secret may be about to stand there."""


async def whole(lines: AsyncIterator[str], hear: HearText) -> dict[str, Any]:
    """Put a streamed reply together, and tell its text as it grows.

    Args:
        lines: Of the body.
        hear: Told the text so far, less its last characters.

    Returns:
        The object that the server would have replied with at once; an error that it told of in the
        stream is in it as the server said it.
    """
    reply: dict[str, Any] = {}
    choice: dict[str, Any] = {}
    text, is_chat = "", False
    calls: dict[int, dict[str, Any]] = {}
    async for line in lines:
        chunk = _chunk(line)
        if chunk is None:
            continue
        reply |= {name: value for name, value in chunk.items() if name != "choices" and value}
        for piece in (chunk.get("choices") or [])[:1]:
            delta = piece.get("delta")
            is_chat = is_chat or isinstance(delta, dict)
            more = delta.get("content") if isinstance(delta, dict) else piece.get("text")
            text += more if isinstance(more, str) else ""
            _add_calls(calls, delta.get("tool_calls") if isinstance(delta, dict) else None)
            choice |= {"finish_reason": piece.get("finish_reason") or choice.get("finish_reason")}
            _add_logprobs(choice, piece.get("logprobs"))
            hear(text[:-LEFT_BACK])
    message: dict[str, Any] = {"role": "assistant", "content": text}
    message |= {"tool_calls": [calls[at] for at in sorted(calls)]} if calls else {}
    said = {"message": message} if is_chat else {"text": text}
    return reply | ({} if "error" in reply else {"choices": [{"index": 0, **choice, **said}]})


def _chunk(line: str) -> dict[str, Any] | None:
    """Read a line's event; None where it has none, or ends the stream."""
    data = line.removeprefix("data:").strip()
    if not line.startswith("data:") or data == "[DONE]":
        return None
    chunk = json.loads(data)
    return chunk if isinstance(chunk, dict) else None


def _add_calls(calls: dict[int, dict[str, Any]], more: Any) -> None:
    """Add a piece of each call to those before it: its name comes once, its arguments in parts."""
    for place, piece in enumerate(more if isinstance(more, list) else []):
        if not isinstance(piece, Mapping) or not isinstance(piece.get("function"), Mapping):
            continue
        at = piece.get("index")
        whole = calls.setdefault(at if isinstance(at, int) else place, {"type": "function"})
        function = whole.setdefault("function", {"name": "", "arguments": ""})
        for part in ("name", "arguments"):
            told = piece["function"].get(part)
            function[part] += told if isinstance(told, str) else ""


def _add_logprobs(choice: dict[str, Any], more: Any) -> None:
    """Add the log-probabilities of a piece to those before it, list by list."""
    if not isinstance(more, Mapping):
        return
    known = choice.setdefault("logprobs", {})
    for name, values in more.items():
        if isinstance(values, list):
            known[name] = [*known.get(name, []), *values]
