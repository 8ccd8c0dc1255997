"""Programs: what their combinators promise, driven by hand."""

import asyncio
import dataclasses
from collections.abc import Sequence

import pytest

from promptlab.program import (
    asked_of,
    generate,
    lifted,
    parallel,
    recorded,
    redraw,
    solve,
    solve_async,
)
from promptlab.protocols import Preview, Program
from promptlab.types import (
    Completion,
    Exchange,
    Failed,
    Generate,
    Message,
    Prompt,
    Reply,
    Request,
    RequestFailed,
    Sampling,
)


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
    exchanges: list[Exchange] = []
    assert solve(recorded(spell("ab"), exchanges, "ordering"), Shout()) == "AB"
    assert [(e.request.prompt.text, e.reply.text) for e in exchanges] == [("a", "A"), ("b", "B")]  # type: ignore[union-attr]
    assert {exchange.stage for exchange in exchanges} == {"ordering"}


class Censor(Shout):
    """Refuses whatever holds an x."""

    def answer(self, requests: Sequence[Request]) -> list[Reply]:
        return [
            Failed(RequestFailed("no x here")) if "x" in request.text else reply
            for request, reply in zip(requests, super().answer(requests), strict=True)
        ]


def test_a_failure_is_raised_in_the_program_that_asked_and_in_no_other() -> None:
    def careful(word: str) -> Program[str]:
        try:
            return (yield from spell(word))
        except RequestFailed as error:
            return str(error)

    assert solve(parallel(map(careful, ["ab", "axb"])), Censor()) == ["AB", "no x here"]


def test_what_a_program_asked_before_it_failed_is_recorded() -> None:
    exchanges: list[Exchange] = []
    with pytest.raises(RequestFailed, match="no x here"):
        solve(recorded(spell("axb"), exchanges), Censor())
    assert [exchange.reply.text for exchange in exchanges] == ["A", "no x here"]


def test_a_plain_value_is_a_program_that_asks_nothing() -> None:
    assert solve(lifted(3), Shout()) == 3
    assert solve(lifted(spell("a")), Shout()) == "A"


def test_another_role_is_asked_what_was_meant_for_the_model_under_test() -> None:
    (request,) = next(asked_of("judge", spell("a")))
    assert request == dataclasses.replace(ask("a"), to="judge")
    (request,) = next(asked_of("judge", asked_of("writer", spell("a"))))
    assert request.to == "writer"
    assert request.digest == ask("a").digest


def test_an_error_inside_a_program_reaches_the_caller() -> None:
    def broken() -> Program[None]:
        yield [ask("x")]
        raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        solve(recorded(parallel([broken()]), []), Shout())


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


class Waiting(Shout):
    """Answers inside an event loop alone."""

    async def answer_async(self, requests: Sequence[Request]) -> list[Reply]:
        await asyncio.sleep(0)
        return super().answer(requests)

    def answer(self, requests: Sequence[Request]) -> list[Reply]:
        raise AssertionError("the loop is held up")


@pytest.mark.parametrize(
    "answerer",
    [Waiting(), Waiting().answer_async, Shout()],
    ids=["asynchronous", "its method", "synchronous"],
)
def test_solve_async_drives_the_same_program(answerer) -> None:
    """Whether the model waits in the loop, its method was given, or it knows no loop."""
    program = parallel([spell("ab"), spell("c")])
    assert asyncio.run(solve_async(program, answerer)) == ["AB", "C"]


def told(messages: list[dict[str, str]]) -> str:
    (message,) = messages
    return f"{message['role']}: {message['content']}"


async def told_later(messages: list[dict[str, str]]) -> str:
    await asyncio.sleep(0)
    return told(messages)


@pytest.mark.parametrize("function", [told, told_later])
def test_a_function_from_messages_to_text_answers_in_both(function) -> None:
    assert solve(spell("ab"), function) == "user: auser: b"
    assert asyncio.run(solve_async(spell("ab"), function)) == "user: auser: b"
