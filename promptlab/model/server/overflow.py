"""Tell from a server's refusal that a prompt does not fit the model's window.

llama.cpp says so in fields of their own; vLLM, SGLang and OpenAI in a sentence.
"""

import re
from collections.abc import Mapping
from typing import Any

from promptlab.protocols import ContextOverflow

WINDOW = re.compile(r"context (?:length|size|window)\D{0,24}(\d+)", re.IGNORECASE)
REQUESTED = re.compile(r"requested (\d+) tokens", re.IGNORECASE)
PROMPT = re.compile(
    r"(\d+) (?:in the (?:messages|prompt|input)|(?:input|prompt) tokens)"
    r"|(?:resulted in|prompt contains(?: at least)?|input \() ?(\d+)",
    re.IGNORECASE,
)


def overflow(body: Any, words: str) -> ContextOverflow | None:
    """Read the two numbers out of an error; None where it is about something else.

    A prompt that would fit, but leaves no room for its reply, is counted with its reply.
    """
    tokens, window = _fields(body) or _sentence(words)
    if tokens <= window and (requested := REQUESTED.search(words)):
        tokens = int(requested[1])
    return ContextOverflow(tokens, window) if tokens > window > 0 else None


def _fields(body: Any) -> tuple[int, int] | None:
    """As llama.cpp gives them."""
    told = body.get("error", body) if isinstance(body, Mapping) else {}
    tokens, window = (told.get(name) for name in ("n_prompt_tokens", "n_ctx"))
    return (tokens, window) if isinstance(tokens, int) and isinstance(window, int) else None


def _sentence(words: str) -> tuple[int, int]:
    """As the others do."""
    window, tokens = WINDOW.search(words), PROMPT.search(words)
    if window is None or tokens is None:
        return 0, 0
    return int(tokens[1] or tokens[2]), int(window[1])
