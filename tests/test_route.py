"""A route: who is asked what, and tools that are called side by side."""

from threading import Barrier

import pytest

from promptlab.program import solve
from promptlab.route import AT_ONCE, Route
from promptlab.types import Call, Failed, RequestFailed, Result


class Meeting:
    """A tool whose calls wait for one another, so that they end only where they run together."""

    pure, description = True, "meets"

    def __init__(self, size):
        self.barrier = Barrier(size, timeout=20)

    def __call__(self, text):
        self.barrier.wait()
        if text == "no":
            raise RequestFailed("said no")
        return text.upper()


def test_calls_run_side_by_side_and_their_replies_come_in_order():
    asked = [Call("meet", text) for text in ("a", "no", "b", "是")]
    replies = Route({}, {"meet": Meeting(4)}).answer(asked)
    assert [reply.text for reply in replies] == ["A", "said no", "B", "是"]
    assert [type(reply) for reply in replies] == [Result, Failed, Result, Result]


def test_no_more_than_some_run_at_once():
    asked = [Call("meet", str(number)) for number in range(2 * AT_ONCE)]
    replies = Route({}, {"meet": Meeting(AT_ONCE)}).answer(asked)
    assert [reply.text for reply in replies] == [str(number) for number in range(2 * AT_ONCE)]


def test_each_call_is_timed_alone():
    (first, second) = Route({}, {"up": str.upper}).answer([Call("up", "a"), Call("up", "b")])
    assert first.timing.batch == second.timing.batch == 1


def test_a_tool_that_is_not_there_stops_all_before_any_is_called():
    called = []
    with pytest.raises(ValueError, match="no tool is called 'down'; this run has up"):
        Route({}, {"up": called.append}).answer([Call("up", "a"), Call("down", "b")])
    assert called == []


def test_what_a_program_asks_of_tools_is_answered_without_a_model():
    def program():
        first, second = yield [Call("up", "a"), Call("up", "b")]
        return first.text + second.text

    assert solve(program(), Route({}, {"up": str.upper})) == "AB"
