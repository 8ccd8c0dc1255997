"""Models that answer by arithmetic, and what they are asked."""

import random
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from promptlab.protocols import Preview
from promptlab.types import (
    Completion,
    Generate,
    Message,
    Prompt,
    Reply,
    Request,
    Sampling,
    Score,
    Scores,
)


@dataclass
class Counting:
    """Answers by arithmetic on the request, and keeps what it was asked.

    `salt` stands for chance: with another one, every reply is another.
    """

    name: str = "counting"
    salt: int = 0
    asked: list[Request] = field(default_factory=list)

    @property
    def identity(self) -> Mapping[str, str]:
        return {"name": self.name, "weights": "ab" * 32} if self.name else {}

    def answer(self, requests: Sequence[Request]) -> list[Reply]:
        self.asked += requests
        return [self._reply(request) for request in requests]

    def preview(self, prompt: Prompt) -> Preview:
        return Preview(prompt.text, None)

    def _reply(self, request: Request) -> Reply:
        if isinstance(request, Score):
            return Scores(
                tuple(self._number(request.prompt, text) for text in request.continuations),
                tuple(map(len, request.continuations)),
                len(request.prompt.text),
            )
        sampling = request.sampling
        if sampling.temperature == 0:
            sampling = Sampling(max_tokens=sampling.max_tokens, stop=sampling.stop)
        number = self._number(request.prompt, str(sampling))
        return Completion(f"答案 {number}", "length", len(request.prompt.text), 3, number)

    def _number(self, prompt: Prompt, more: str) -> float:
        return -random.Random(f"{self.salt}{prompt}{more}").random() * 10


@dataclass(frozen=True)
class Tokens:
    """What a model reads to score."""

    context: Sequence[int]
    tails: Sequence[Sequence[int]]
    prompt_tokens: int


class Lettered(Counting):
    """One character is one token, but `：好` is one; all is scored from the last shared token."""

    def token_ids(self, prompt: Prompt) -> Sequence[int]:
        return [0 if token == "：好" else ord(token) for token in self._tokens(prompt.text)]

    def score_tokens(self, request: Score) -> Tokens:
        text = request.prompt.text
        merges = text.endswith("：") and any(each[0] == "好" for each in request.continuations)
        start = len(text) - merges
        wholes = [self.token_ids(prompt(text + each)) for each in request.continuations]
        context = self.token_ids(prompt(text))[:start]
        return Tokens(context, [ids[start:] for ids in wholes], len(text))

    def _tokens(self, text: str) -> Iterator[str]:
        while text:
            token = text[: 2 if text.startswith("：好") else 1]
            yield token
            text = text[len(token) :]

    def _reply(self, request: Request) -> Reply:
        if not isinstance(request, Score):
            return super()._reply(request)
        tokens = self.score_tokens(request)
        logprobs = (
            self._number(prompt(f"{tokens.context}"), f"{list(ids)}") for ids in tokens.tails
        )
        return Scores(tuple(logprobs), tuple(map(len, tokens.tails)), tokens.prompt_tokens)


def prompt(text: str) -> Prompt:
    return Prompt((Message("text", text),))


def draws(text: str, count: int, **sampling: object) -> list[Request]:
    told = {"temperature": 0.7, **sampling}
    return [Generate(prompt(text), Sampling(draw=draw, **told)) for draw in range(count)]


def rows(path: str) -> int:
    """Replies in the file."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM completions").fetchone()[0])
