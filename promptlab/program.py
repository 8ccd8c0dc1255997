"""Programs: ordinary code in which `yield from` means "ask".

A program yields requests and is sent replies, and never holds who answers. Batching, recording and
drawing again are written once, here, for every stage there will ever be.
"""

import dataclasses
import itertools
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import TypeVar, cast

from promptlab.chat import Answering, answered, answerer
from promptlab.protocols import Program, Step
from promptlab.types import (
    Call,
    Completion,
    Exchange,
    Failed,
    Generate,
    Reply,
    Request,
    Result,
    Score,
    Scores,
    Stage,
)

T = TypeVar("T")
S = TypeVar("S")
R = TypeVar("R", Completion, Scores, Result)

DRAWS = 1_000_000
"""More draws than any vote asks for: keeps the draws of a vote inside a vote apart."""

Each = Callable[[Sequence[Request]], Program[Sequence[Reply]]]
"""Stands between a program and whoever answers: given requests, it returns their replies."""


def generate(request: Generate) -> Program[Completion]:
    """Ask for one completion; raises the error of a request that fails."""
    return (yield from _ask(request, Completion))


def score(request: Score) -> Program[Scores]:
    """Ask for the log-probabilities of one prompt's continuations; raises as `generate` does."""
    return (yield from _ask(request, Scores))


def call(request: Call) -> Program[Result]:
    """Ask a tool; raises as `generate` does."""
    return (yield from _ask(request, Result))


def _ask(request: Request, kind: type[R]) -> Program[R]:
    (reply,) = yield [request]
    if isinstance(reply, Failed):
        raise reply.error
    if not isinstance(reply, kind):
        asked, given = type(request).__name__, type(reply).__name__
        raise TypeError(f"a {asked} request was answered with {given}")
    return reply


def lifted(step: Step[T]) -> Program[T]:
    """Make a program of what a stage returned, which may be its plain result."""
    return (yield from step) if isinstance(step, Generator) else step


def then(step: Step[T], change: Callable[[T], Step[S]]) -> Step[S]:
    """Go on with what a stage returned: now, or in a program, where the stage or `change` asks."""
    return _then(step, change) if isinstance(step, Generator) else change(step)


def _then(program: Program[T], change: Callable[[T], Step[S]]) -> Program[S]:
    result = yield from program
    return (yield from lifted(change(result)))


def parallel(programs: Iterable[Program[T]]) -> Program[list[T]]:
    """Advance programs side by side, all their pending requests in one batch.

    The batches depend on the programs alone, so they are the same from run to run. The results
    are in the order of the programs. What one of them raises ends all.
    """
    running = list(programs)
    results: dict[int, T] = {}
    replies: dict[int, Sequence[Reply] | None] = dict.fromkeys(range(len(running)))
    try:
        while requests := _advance(running, replies, results):
            batch = yield list(itertools.chain.from_iterable(requests.values()))
            dealt = iter(batch)
            replies = {
                index: list(itertools.islice(dealt, len(asked)))
                for index, asked in requests.items()
            }
    finally:
        for program in running:
            program.close()
    return [results[index] for index in range(len(running))]


def _advance(
    programs: Sequence[Program[T]],
    replies: dict[int, Sequence[Reply] | None],
    results: dict[int, T],
) -> dict[int, Sequence[Request]]:
    """Send each program its replies; return what each asks next, and note those that ended."""
    requests: dict[int, Sequence[Request]] = {}
    for index, some in replies.items():
        try:
            requests[index] = _resume(programs[index], some)
        except StopIteration as stop:
            results[index] = stop.value
    return requests


def together(steps: Iterable[Step[T]]) -> Step[list[T]]:
    """Take what several stages returned: now, or side by side, where any of them asks."""
    every = list(steps)
    asks = any(isinstance(step, Generator) for step in every)
    return parallel(map(lifted, every)) if asks else cast("list[T]", every)


def interposed(program: Program[T], each: Each) -> Program[T]:
    """Run a program with `each` between it and whoever answers."""
    replies: Sequence[Reply] | None = None
    try:
        while True:
            replies = yield from each(_resume(program, replies))
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        program.close()


def recorded(
    program: Program[T], exchanges: list[Exchange], stage: Stage = "strategy"
) -> Program[T]:
    """Run a program, and note every exchange on the way, also where the program then fails."""

    def each(requests: Sequence[Request]) -> Program[Sequence[Reply]]:
        replies = yield requests
        exchanges.extend(
            Exchange(request, reply, stage)
            for request, reply in zip(requests, replies, strict=True)
        )
        return replies

    return interposed(program, each)


def redraw(program: Program[T], *, temperature: float, draw: int) -> Program[T]:
    """Run a program with its completions drawn at `temperature`, as draw number `draw`.

    Draws nest: a vote inside a vote keeps all its draws apart.
    """

    def drawn(request: Request) -> Request:
        if not isinstance(request, Generate):
            return request
        number = request.sampling.draw * DRAWS + draw
        sampling = dataclasses.replace(request.sampling, temperature=temperature, draw=number)
        return dataclasses.replace(request, sampling=sampling)

    return mapped(program, drawn)


def asked_of(role: str, program: Program[T]) -> Program[T]:
    """Run a program with what it asks of the model under test asked of another role."""
    return mapped(
        program,
        lambda request: dataclasses.replace(request, to=role) if request.to == "model" else request,
    )


def mapped(program: Program[T], change: Callable[[Request], Request]) -> Program[T]:
    """Run a program with each of its requests changed on the way to whoever answers."""

    def each(requests: Sequence[Request]) -> Program[Sequence[Reply]]:
        return (yield [change(request) for request in requests])

    return interposed(program, each)


def solve(program: Program[T], model: Answering) -> T:
    """Run a program to its end.

    Args:
        program: Whatever asks.
        model: Who answers: a model, or a `Route` where roles and tools are asked; a function from
            messages to text, or a client of OpenAI's library (see `chat.py`).
    """
    answering = answerer(model)
    replies: Sequence[Reply] | None = None
    try:
        while True:
            requests = _resume(program, replies)
            replies = _checked(requests, answering.answer(requests))  # type: ignore[arg-type]
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        program.close()


async def solve_async(program: Program[T], model: Answering) -> T:
    """Run a program to its end inside an event loop, which whoever answers does not hold up.

    It takes what `solve` takes; a model that cannot wait in a loop answers in a thread.
    """
    answering = answerer(model)
    replies: Sequence[Reply] | None = None
    try:
        while True:
            requests = _resume(program, replies)
            replies = _checked(requests, await answered(answering, requests))
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        program.close()


def _resume(program: Program[T], replies: Sequence[Reply] | None) -> Sequence[Request]:
    # A generator's first `send` must be None: it has asked nothing yet.
    return program.send(replies)  # type: ignore[arg-type]


def _checked(requests: Sequence[Request], replies: Sequence[Reply]) -> Sequence[Reply]:
    """Refuse an answerer that did not answer request by request."""
    if len(replies) != len(requests):
        raise ValueError(f"{len(requests)} requests were answered with {len(replies)} replies")
    return replies
