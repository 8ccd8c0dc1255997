"""Answering what a program asks, by hand: with one text, or with one failure."""

from collections.abc import Callable, Sequence
from typing import Any

from promptlab.protocols import Program
from promptlab.tool_calls import with_calls
from promptlab.types import (
    Call,
    Completion,
    Failed,
    Generate,
    Reply,
    Request,
    RequestFailed,
    Result,
    Scores,
)

ROUNDS = 2000
"""More batches than any component needs to end."""
Says = Callable[[Request], Reply]


class Broken(Exception):  # noqa: N818  what it is is said in a word
    """A law does not hold; the message says what was seen."""


def driven(program: Program[Any], reply: Says, most: int = ROUNDS) -> tuple[list[Any], Any]:
    """Answer every request by `reply`; return every batch asked, and the result.

    Raises:
        Broken: it still asks after so many batches.
    """
    batches: list[Sequence[Request]] = []
    replies: list[Reply] | None = None
    for _ in range(most):
        try:
            requests = list(program.send(replies))  # type: ignore[arg-type]
        except StopIteration as stop:
            return batches, stop.value
        batches.append(requests)
        replies = [reply(request) for request in requests]
    raise Broken(f"still asking after {most} rounds")


def saying(text: str) -> Says:
    """Reply with one text, and find all continuations equally likely."""

    def reply(request: Request) -> Reply:
        if isinstance(request, Generate):
            return with_calls(Completion(text), request)
        if isinstance(request, Call):
            return Result(text)
        return Scores((-1.0,) * len(request.continuations), (1,) * len(request.continuations))

    return reply


def failing(error: RequestFailed, asked: list[Request]) -> Says:
    """Let every request fail, and note it."""

    def reply(request: Request) -> Reply:
        asked.append(request)
        return Failed(error)

    return reply


def outcome(program: Program[Any], reply: Says) -> Any:
    """Run a program to its end; return its result, or the failed request that ended it."""
    try:
        return driven(program, reply)[1]
    except RequestFailed as failure:
        return failure
