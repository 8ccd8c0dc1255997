"""Answers without weights: for dry runs that show what would be asked, and for tests.

A token is a word here. Stop strings and `max_tokens` end a completion as they do a real model's.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from promptlab.model.price import UNPRICED, Price
from promptlab.protocols import Preview
from promptlab.tool_calls import with_calls
from promptlab.types import (
    Completion,
    Generate,
    ModelReply,
    ModelRequest,
    Prompt,
    Score,
    Scores,
    digest,
)


@dataclass(frozen=True)
class Scripted:
    """Reply with what it was given.

    Attributes:
        reply: One text for all; or several, of which draw number n gets the n-th, round and round;
            or, in Python, a function of the request. Where tools are offered, a call is written
            `<tool_call>{"name": …, "arguments": {…}}</tool_call>`.
        score: In Python, a function of the request that returns a log-probability for each
            continuation; else they are arbitrary numbers below 0, always the same for the same
            prompt and continuation.
        price: Of its tokens, for what a run costs; it decides no reply.
    """

    reply: str | Sequence[str] | Callable[[Generate], str] = "The answer is 1."
    score: Callable[[Score], Sequence[float]] | None = None
    price: Price = UNPRICED

    def __post_init__(self) -> None:
        """Check that the script has a reply."""
        if isinstance(self.reply, str) or callable(self.reply):
            return
        object.__setattr__(self, "reply", tuple(self.reply))
        if not self.reply:
            raise ValueError("model.reply is an empty list; expected a text, or several")

    @cached_property
    def identity(self) -> Mapping[str, str]:
        """The script, in full where it is text."""
        return {"name": "scripted", "reply": _named(self.reply), "score": _named(self.score)}

    def answer(self, requests: Sequence[ModelRequest]) -> Sequence[ModelReply]:
        """Reply to every request on its own."""
        return [
            with_calls(self._complete(request), request)
            if isinstance(request, Generate)
            else self._score(request)
            for request in requests
        ]

    def preview(self, prompt: Prompt) -> Preview:
        """Show the prompt as a person reads it; there is no tokenizer to count by."""
        return Preview(prompt.text, None)

    def _complete(self, request: Generate) -> Completion:
        text = self._text(request)
        words = re.findall(r"\s*\S+", text)
        cuts = [text.find(stop) for stop in request.sampling.stop if stop and stop in text]
        if len(words) > request.sampling.max_tokens and not cuts:
            words = words[: request.sampling.max_tokens]
            return Completion("".join(words), "length", _words(request.prompt), len(words))
        text = text[: min(cuts)] if cuts else text
        return Completion(text, "stop", _words(request.prompt), len(text.split()))

    def _text(self, request: Generate) -> str:
        if isinstance(self.reply, str):
            return self.reply
        if callable(self.reply):
            return self.reply(request)
        return self.reply[request.sampling.draw % len(self.reply)]

    def _score(self, request: Score) -> Scores:
        given = self.score(request) if self.score is not None else _arbitrary(request)
        lengths = tuple(
            1 if request.first else max(1, len(text.split())) for text in request.continuations
        )
        return Scores(tuple(given), lengths, _words(request.prompt))


def _words(prompt: Prompt) -> int:
    return sum(len(message.content.split()) for message in prompt.messages)


def _arbitrary(request: Score) -> list[float]:
    """A number in [-10, 0) for each continuation, by the hash of prompt and continuation."""
    hashes = [digest([request.prompt.digest, text]) for text in request.continuations]
    return [-10 * (int(code[:13], 16) + 1) / 16**13 for code in hashes]


def _named(script: object) -> str:
    """Name a script: texts by themselves (long ones by their hash), functions by their name."""
    if script is None:
        return "arbitrary"
    if callable(script):
        return f"{script.__module__}.{getattr(script, '__qualname__', type(script).__name__)}"
    text = script if isinstance(script, str) else repr(script)
    if len(text) <= 100:
        return text
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
