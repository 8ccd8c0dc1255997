"""What is stored on its own, and what names it.

A completion is one piece. A score is a piece for every continuation, so that a further label asks
for that label alone.

A piece's key is a hash of the model's identity, of what the model reads, and of the decoding. What
the model reads are the token ids, where the model can tell them: then nothing about chat templates,
tokenisers or their libraries can change behind the key's back, and two prompts that are the same
tokens are one. Where it cannot (a server, a function), it is the prompt's messages to the letter;
the identity then answers for what becomes of them.

A continuation's score may depend on its companions: where one of them joins with the prompt's last
characters to a token, all are scored from further back. Token ids tell when that is so. Without
them, a score is stored with all its continuations as one piece.

At temperature 0 neither seed, draw, top_p nor top_k matters, so they are no part of the key; nor is
a top_k that is not there.
"""

import hashlib
import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Protocol, runtime_checkable

from promptlab.model.cache.row import FORMAT
from promptlab.protocols import Model
from promptlab.types import (
    Completion,
    Cut,
    Generate,
    ModelReply,
    ModelRequest,
    Prompt,
    Sampling,
    Score,
    Scores,
)

GREEDY: Mapping[str, Any] = {"top_p": 1.0, "seed": 0, "draw": 0, "top_k": None}
"""What stands in the key of every greedy completion, whatever was asked."""

# Taken from the class, so that a knob which is new there is in the key from its first day.
_SAMPLING = tuple(field.name for field in fields(Sampling))

# Made once: `json.dumps` with settings makes another at every call.
_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode

Named = tuple[bytes, ...]
"""The keys of a request's pieces, in order; 32 bytes each."""


@runtime_checkable
class TellsTokens(Protocol):
    """A model that can tell which tokens it reads to complete a prompt, without its weights."""

    def token_ids(self, prompt: Prompt) -> Sequence[int] | None:
        """Return the ids of the whole prompt as the model reads it; None where unknown."""
        ...


@runtime_checkable
class TellsCuts(Protocol):
    """A model that can tell where it parts the tokens of a prompt that it does not read jointly."""

    def token_cuts(self, prompt: Prompt) -> Sequence[int]:
        """Return how many tokens come before each cut; none where all are read jointly."""
        ...

    @property
    def unordered(self) -> bool:
        """Whether the order of what stands between the cuts changes no reply."""
        ...


class ScoreTokens(Protocol):
    """The tokens of a `Score`: what is read first, and what is scored of each continuation."""

    @property
    def context(self) -> Sequence[int]:
        """The ids that are read before anything is scored."""
        ...

    @property
    def tails(self) -> Sequence[Sequence[int]]:
        """The ids that are scored, for each continuation."""
        ...

    @property
    def prompt_tokens(self) -> int:
        """How long the reply says the prompt is."""
        ...


@runtime_checkable
class TellsScoreTokens(Protocol):
    """A model that can tell which tokens it reads to score, without its weights."""

    def score_tokens(self, request: Score) -> ScoreTokens | None:
        """Return the ids of the request as the model reads it; None where unknown."""
        ...


def named(model: Model, requests: Sequence[ModelRequest]) -> list[Named]:
    """Name the pieces of every request. A prompt is tokenised once, however often it is drawn."""
    start = FORMAT + hashlib.sha256(_json(dict(model.identity))).digest()
    ids = model.token_ids if isinstance(model, TellsTokens) else _unknown
    scored = model.score_tokens if isinstance(model, TellsScoreTokens) else _unknown
    cuts = model.token_cuts if isinstance(model, TellsCuts) else _uncut
    unordered = isinstance(model, TellsCuts) and model.unordered
    prompts: dict[tuple[Prompt, Sequence[Cut]], bytes] = {}
    names: list[Named] = []
    for request in requests:
        prompt = request.prompt
        if isinstance(request, Score):
            parting = Parting(tuple(cuts(prompt)), unordered)
            names.append(_scores(start, parting, request, scored(request)))
            continue
        known = (prompt, prompt.cuts)
        if known not in prompts:
            parting = Parting(tuple(cuts(prompt)), unordered)
            prompts[known] = _prompt(start, parting, prompt, ids(prompt))
        names.append((_hash(prompts[known], _decoding(request)),))
    return names


def parted(request: ModelRequest, reply: ModelReply, count: int) -> tuple[ModelReply, ...]:
    """Take a reply apart into `count` pieces.

    Raises:
        TypeError: the reply is of another kind than the request.
        ValueError: it scores more or fewer continuations than were asked for.
    """
    if isinstance(request, Generate) and isinstance(reply, Completion):
        return (reply,)
    if not (isinstance(request, Score) and isinstance(reply, Scores)):
        asked, given = type(request).__name__, type(reply).__name__
        raise TypeError(f"a {asked} request was answered with {given}")
    asked_for, given_for = len(request.continuations), (len(reply.logprobs), len(reply.lengths))
    if given_for != (asked_for, asked_for):
        raise ValueError(
            f"{asked_for} continuations were answered with {given_for[0]} log-probabilities and "
            f"{given_for[1]} lengths"
        )
    if count == 1:
        return (reply,)
    each = zip(reply.logprobs, reply.lengths, strict=True)
    return tuple(Scores((logprob,), (length,), reply.prompt_tokens) for logprob, length in each)


def joined(replies: Sequence[ModelReply]) -> ModelReply:
    """Put the pieces of a reply together again."""
    first = replies[0]
    if len(replies) == 1:
        return first
    scores = [reply for reply in replies if isinstance(reply, Scores)]
    logprobs = tuple(logprob for reply in scores for logprob in reply.logprobs)
    lengths = tuple(length for reply in scores for length in reply.lengths)
    return Scores(logprobs, lengths, first.prompt_tokens)


def _unknown(_: Any) -> None:
    """Tell no tokens."""


def _uncut(_: Prompt) -> Sequence[int]:
    """Tell no cuts."""
    return ()


@dataclass(frozen=True, slots=True)
class Parting:
    """Where the tokens of a prompt are parted, if they are, and whether their order counts."""

    cuts: tuple[int, ...]
    unordered: bool

    def begin(self, start: bytes) -> bytes:
        """Begin a key with where its tokens are parted, as they were given."""
        return _hash(start, b"cuts", _ids(self.cuts)) if self.cuts else start

    def tokens(self, start: bytes, ids: Sequence[int]) -> tuple[bytes, ...]:
        """What a key begins with; what is between cuts in one order where that does not count."""
        # Where nothing follows them, the last one lacks its last token, and is another.
        if not (self.cuts and self.unordered and self.cuts[-1] < len(ids)):
            return self.begin(start), b"tokens", _ids(ids)
        parts = sorted(_ids(ids[one:next_]) for one, next_ in pairwise(self.cuts))
        around = _ids(ids[: self.cuts[0]]), _ids(ids[self.cuts[-1] :])
        return start, b"tokens in any order", *around, _hash(*parts)


def _prompt(start: bytes, parting: Parting, prompt: Prompt, ids: Sequence[int] | None) -> bytes:
    if ids is None:
        return _hash(parting.begin(start), b"messages", _messages(prompt))
    return _hash(*parting.tokens(start, ids))


def _scores(start: bytes, parting: Parting, request: Score, tokens: ScoreTokens | None) -> Named:
    if tokens is None or not request.continuations:
        texts = _json(["first" if request.first else "scores", *request.continuations])
        return (_hash(parting.begin(start), b"messages", _messages(request.prompt), texts),)
    length = _json(["score", tokens.prompt_tokens])
    context = _hash(*parting.tokens(start, tokens.context), length)
    return tuple(_hash(context, _ids(tail)) for tail in tokens.tails)


def _decoding(request: Generate) -> bytes:
    values: dict[str, Any] = {name: getattr(request.sampling, name) for name in _SAMPLING}
    if request.sampling.temperature == 0:
        values |= GREEDY
    values["temperature"] = float(values["temperature"])
    values["top_p"] = float(values["top_p"])
    if values["top_k"] is None:
        del values["top_k"]
    further = [request.form.plain] if request.form else []
    # The tokens hold the tools too, but not that calls are read off the reply.
    further += (
        [{"tools": [tool.plain for tool in request.prompt.tools]}] if request.prompt.tools else []
    )
    return _json(["generate", values, *further])


def _messages(prompt: Prompt) -> bytes:
    turns = [
        [message.role, message.content, *([call.plain for call in message.calls])]
        for message in prompt.messages
    ]
    return _json(
        [*turns, {"tools": [tool.plain for tool in prompt.tools]}] if prompt.tools else turns
    )


def _ids(ids: Sequence[int]) -> bytes:
    return array("q", ids).tobytes()


def _hash(*parts: bytes) -> bytes:
    """Hash parts so that none can run over into the next."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "little"))
        whole.update(part)
    return whole.digest()


def _json(value: Any) -> bytes:
    return _write(value).encode("utf-8", "surrogatepass")
