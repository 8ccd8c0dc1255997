"""Programs: ordinary code in which `yield from` means "ask the model".

A program yields requests and is sent replies, and never holds a model. Batching, recording and
drawing again are written once, here, for every strategy there will ever be.
"""

import dataclasses
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

from promptlab.protocols import Model, Program
from promptlab.types import Completion, Exchange, Generate, Reply, Request, Score, Scores

T = TypeVar("T")

DRAWS = 1_000_000
"""More draws than any vote asks for: keeps the draws of a vote inside a vote apart."""


def generate(request: Generate) -> Program[Completion]:
    """Ask for one completion."""
    (reply,) = yield [request]
    if not isinstance(reply, Completion):
        raise TypeError(f"a Generate request was answered with {type(reply).__name__}")
    return reply


def score(request: Score) -> Program[Scores]:
    """Ask for the log-probabilities of one prompt's continuations."""
    (reply,) = yield [request]
    if not isinstance(reply, Scores):
        raise TypeError(f"a Score request was answered with {type(reply).__name__}")
    return reply


def parallel(programs: Iterable[Program[T]]) -> Program[list[T]]:
    """Advance programs side by side, all their pending requests in one batch.

    The batches depend on the programs alone, so they are the same from run to run. The results
    are in the order of the programs.
    """
    running = list(programs)
    results: dict[int, T] = {}
    try:
        pending = _advance(running, dict.fromkeys(range(len(running))), results)
        while pending:
            replies = yield [request for asked in pending.values() for request in asked]
            pending = _advance(running, _share(pending, replies), results)
    finally:
        for program in running:
            program.close()
    return [results[index] for index in range(len(running))]


def _advance(
    programs: Sequence[Program[T]],
    told: "dict[int, Sequence[Reply] | None]",
    results: dict[int, T],
) -> dict[int, Sequence[Request]]:
    """Send each program its replies; return what each asks next, and note those that ended."""
    asked: dict[int, Sequence[Request]] = {}
    for index, replies in told.items():
        try:
            # A generator's first `send` must be None: it has asked nothing yet.
            asked[index] = programs[index].send(replies)  # type: ignore[arg-type]
        except StopIteration as stop:
            results[index] = stop.value
    return asked


def _share(
    pending: dict[int, Sequence[Request]], replies: Sequence[Reply]
) -> "dict[int, Sequence[Reply] | None]":
    """Deal the replies of a batch out to the programs that asked."""
    expected = sum(len(asked) for asked in pending.values())
    if len(replies) != expected:
        raise ValueError(f"{expected} requests were answered with {len(replies)} replies")
    shares: dict[int, Sequence[Reply] | None] = {}
    start = 0
    for index, asked in pending.items():
        shares[index] = replies[start : start + len(asked)]
        start += len(asked)
    return shares


def recorded(program: Program[T]) -> Program[tuple[T, tuple[Exchange, ...]]]:
    """Return what the program returns, and every exchange it had on the way."""
    exchanges: list[Exchange] = []
    try:
        requests = next(program)
        while True:
            replies = yield requests
            exchanges.extend(map(Exchange, requests, replies))
            requests = program.send(replies)
    except StopIteration as stop:
        return stop.value, tuple(exchanges)
    finally:
        program.close()


def redraw(program: Program[T], *, temperature: float, draw: int) -> Program[T]:
    """Run a program with its completions drawn at `temperature`, as draw number `draw`.

    Draws nest: a vote inside a vote keeps all its draws apart.
    """

    def drawn(request: Request) -> Request:
        if isinstance(request, Score):
            return request
        number = request.sampling.draw * DRAWS + draw
        sampling = dataclasses.replace(request.sampling, temperature=temperature, draw=number)
        return dataclasses.replace(request, sampling=sampling)

    return mapped(program, drawn)


def mapped(program: Program[T], change: Callable[[Request], Request]) -> Program[T]:
    """Run a program with each of its requests changed on the way to the model."""
    try:
        requests = next(program)
        while True:
            replies = yield [change(request) for request in requests]
            requests = program.send(replies)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        program.close()


def solve(program: Program[T], model: Model) -> T:
    """Run a program to its end against a model."""
    try:
        requests = next(program)
        while True:
            requests = program.send(_answered(requests, model.answer(requests)))
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        program.close()


async def solve_async(
    program: Program[T], answer: Callable[[Sequence[Request]], Awaitable[Sequence[Reply]]]
) -> T:
    """Run a program to its end inside an event loop, against an asynchronous `answer`."""
    try:
        requests = next(program)
        while True:
            requests = program.send(_answered(requests, await answer(requests)))
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        program.close()


def _answered(requests: Sequence[Request], replies: Sequence[Any]) -> Sequence[Reply]:
    """Refuse a model that did not answer request by request."""
    if len(replies) != len(requests):
        raise ValueError(f"{len(requests)} requests were answered with {len(replies)} replies")
    return replies
