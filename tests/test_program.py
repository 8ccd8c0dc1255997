"""Programs: what their combinators promise, driven by hand."""

import asyncio
from collections.abc import Sequence

import pytest

from promptlab.program import generate, parallel, recorded, redraw, solve, solve_async
from promptlab.protocols import Preview, Program
from promptlab.types import Completion, Generate, Message, Prompt, Reply, Request, Sampling


def ask(text: str, **sampling: object) -> Generate:
    return Generate(Prompt((Message("text", text),)), Sampling(**sampling))  # type: ignore[arg-type]


def spell(word: str) -> Program[str]:
    """Ask for each letter of a word in turn, and return the replies."""
    said = ""
    for letter in word:
        said += (yield from generate(ask(letter))).text
    return said


class Shout:
    """A model that answers in capitals and remembers the sizes of its batches."""

    identity = {"name": "shout"}

    def __init__(self) -> None:
        self.batches: list[int] = []

    def answer(self, requests: Sequence[Request]) -> list[Reply]:
        self.batches.append(len(requests))
        return [Completion(request.prompt.text.upper()) for request in requests]

    def preview(self, prompt: Prompt) -> Preview:
        return Preview(prompt.text, None)


def test_solve_returns_what_the_program_returns() -> None:
    assert solve(spell("abc"), Shout()) == "ABC"


def test_parallel_asks_everything_pending_in_one_batch_and_keeps_the_order() -> None:
    model = Shout()
    assert solve(parallel(map(spell, ["ab", "", "cde"])), model) == ["AB", "", "CDE"]
    assert model.batches == [2, 2, 1]


def test_parallel_of_nothing_asks_nothing() -> None:
    model = Shout()
    assert solve(parallel([]), model) == []
    assert model.batches == []


def test_parallel_nests() -> None:
    model = Shout()
    nested = parallel([parallel([spell("ab"), spell("c")]), parallel([spell("de")])])
    assert solve(nested, model) == [["AB", "C"], ["DE"]]
    assert model.batches == [3, 2]


def test_parallel_ends_its_programs_when_it_is_closed() -> None:
    ended = []

    def endless() -> Program[None]:
        try:
            while True:
                yield [ask("x")]
        finally:
            ended.append(True)

    program = parallel([endless(), endless()])
    next(program)
    program.close()
    assert ended == [True, True]


def test_recorded_returns_every_exchange_in_order() -> None:
    answer, exchanges = solve(recorded(spell("ab")), Shout())
    assert answer == "AB"
    assert [(e.request.prompt.text, e.reply.text) for e in exchanges] == [("a", "A"), ("b", "B")]  # type: ignore[union-attr]


def test_an_error_inside_a_program_reaches_the_caller() -> None:
    def broken() -> Program[None]:
        yield [ask("x")]
        raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        solve(recorded(parallel([broken()])), Shout())


def test_redraw_keeps_the_draws_of_a_vote_inside_a_vote_apart() -> None:
    def requests_of(program: Program[str]) -> Request:
        return next(program)[0]

    draws = {
        requests_of(
            redraw(redraw(spell("a"), temperature=0.7, draw=inner), temperature=1.0, draw=outer)
        )
        for inner in range(4)
        for outer in range(4)
    }
    assert len(draws) == 16
    assert {request.sampling.temperature for request in draws} == {1.0}  # type: ignore[union-attr]


def test_a_single_redraw_numbers_draws_as_given() -> None:
    (request,) = next(redraw(spell("a"), temperature=0.5, draw=3))
    assert request == ask("a", temperature=0.5, draw=3)


def test_a_model_that_leaves_a_request_unanswered_is_refused() -> None:
    class Silent(Shout):
        def answer(self, requests: Sequence[Request]) -> list[Reply]:
            return []

    with pytest.raises(ValueError, match="1 requests were answered with 0 replies"):
        solve(spell("a"), Silent())


def test_solve_async_drives_the_same_program() -> None:
    async def answer(requests: Sequence[Request]) -> Sequence[Reply]:
        await asyncio.sleep(0)
        return Shout().answer(requests)

    assert asyncio.run(solve_async(parallel([spell("ab"), spell("c")]), answer)) == ["AB", "C"]
