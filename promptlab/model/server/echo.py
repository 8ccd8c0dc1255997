"""Log-probabilities of continuations from a server that repeats a prompt with its own (`echo`).

OpenAI's first API gave them; of today's servers vLLM, SGLang and llama-cpp-python's do, llama.cpp's
own does not and says nothing of it. So a reply is believed only where it repeats the prompt and has
a number for every token of the continuation. Where a server's `text_offset` counts an opening token
that the text does not show, or half a character as a whole one, it is wrong; so tokens are compared
instead, as they are for a local model: every continuation is scored from the last token that it
shares with the prompt, spaces at the prompt's end left to the continuation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, TypeAlias

from promptlab.model.server.wire import counted, first_choice
from promptlab.types import Score, Scores

SERVERS = (
    "vLLM, SGLang and llama-cpp-python's server (with logits_all) give them; llama.cpp's "
    "llama-server, Ollama, transformers serve and OpenAI's chat models do not: use strategy=direct "
    "there, or score with a local model (model=hf)"
)


class CannotScore(ValueError):  # noqa: N818  says what is the matter
    """The server gives no log-probabilities of a prompt."""

    def __init__(self, where: str, why: str) -> None:
        """Say what was missed, and who has it."""
        super().__init__(
            f"{where} does not give the log-probabilities of a prompt, which scoring asks for "
            f"({why}). {SERVERS}"
        )


@dataclass(frozen=True, slots=True)
class Echo:
    """A prompt as the server read it: its tokens, and the log-probability of each after the first.

    `tokens` are the server's own words for them.
    """

    tokens: tuple[str, ...]
    logprobs: tuple[float | None, ...]


Written: TypeAlias = str | tuple[int, ...]
"""A prompt as text, or as token ids."""

Tail: TypeAlias = tuple[float | None, ...]
"""The log-probabilities of a continuation's tokens."""


def body(name: str, prompt: Written) -> dict[str, Any]:
    """Ask for a prompt, text or token ids, to be repeated with its log-probabilities."""
    # One token, not none: some servers take 0 for "as many as fit".
    asked = {"echo": True, "logprobs": 1, "max_tokens": 1, "temperature": 0.0}
    return {"model": name, "prompt": prompt if isinstance(prompt, str) else list(prompt), **asked}


def echoed(reply: dict[str, Any], prompt: Written, where: str) -> Echo:
    """Read a reply, without the token that was generated.

    Raises:
        CannotScore: the reply does not repeat the prompt, or has no numbers for it.
        ValueError: the reply is not of the shape that OpenAI documents.
    """
    choice = first_choice(reply, where)
    told = choice.get("logprobs")
    if not isinstance(told, dict) or not isinstance(told.get("token_logprobs"), list):
        raise CannotScore(where, "the reply holds no token_logprobs")
    if isinstance(prompt, str) and not str(choice.get("text")).startswith(prompt):
        raise CannotScore(where, "the reply does not repeat the prompt")
    logprobs = told["token_logprobs"]
    tokens = told.get("tokens") or []
    length = _length(reply, prompt, len(logprobs), where)
    if not length <= len(logprobs) <= length + 1 or len(tokens) != len(logprobs):
        raise CannotScore(
            where, f"{len(logprobs)} log-probabilities for a prompt of {length} tokens"
        )
    return Echo(tuple(map(str, tokens[:length])), tuple(logprobs[:length]))


def _length(reply: dict[str, Any], prompt: Written, given: int, where: str) -> int:
    """How many tokens the prompt has."""
    if not isinstance(prompt, str):
        return len(prompt)
    return counted(reply, "prompt_tokens", where) or given - 1


def shared(bare: Echo, wholes: Sequence[Echo]) -> int:
    """How many tokens a prompt has in common with all its continued forms, one at least."""
    common = [_common(bare.tokens, whole.tokens) for whole in wholes]
    return max(1, min(common, default=len(bare.tokens)))


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False))
    )


def scores(request: Score, tails: Sequence[Tail], prompt_tokens: int, where: str) -> Scores:
    """Add up the log-probabilities of each continuation's tokens.

    Raises:
        CannotScore: a token has no number, or a continuation that is not empty has no token.
    """
    sums = []
    for continuation, tail in zip(request.continuations, tails, strict=True):
        known = [value for value in tail if isinstance(value, (int, float))]
        if len(known) < len(tail) or (continuation and not tail):
            raise CannotScore(where, "a token of the continuation has no log-probability")
        sums.append(float(sum(known)))
    return Scores(tuple(sums), tuple(map(len, tails)), prompt_tokens)
