"""Thoughts: what may come next, proposed a line each or drawn one by one."""

import pytest
from laws import driven

from promptlab.strategy.search.thoughts import PROPOSE, SAMPLE, Thoughts
from promptlab.types import Completion, Question, Sampling, Task

TASK = Task("Make 24 of {labels}.", labels=("a", "b"))
QUESTION = Question("q", "4 5 6 10")


def asked(*said, steps=(), **fields):
    replies, requests = iter(said), []

    def reply(request):
        requests.append(request)
        return Completion(next(replies))

    _, found = driven(Thoughts(**fields).following(TASK, QUESTION, steps), reply)
    return requests, found


def test_lines_are_thoughts_without_their_marks_and_each_once():
    said = "1. 4 * 5 = 20\n- 10 - 4 = 6\n(3) -4 + 5 = 1\n\n1.5 * 2 = 3\n4、六加十\n4 * 5 = 20"
    requests, found = asked(said)
    assert found == ["4 * 5 = 20", "10 - 4 = 6", "-4 + 5 = 1", "1.5 * 2 = 3", "六加十"]
    assert requests[0].text == f"Make 24 of a, b.\n{PROPOSE}\n\nQ: 4 5 6 10\nA:"
    assert asked(said, most=2)[1] == found[:2]


def test_steps_so_far_stand_before_the_question():
    requests, _ = asked("", steps=("4 * 5 = 20", "20 - {6}"))
    assert "\n\nSteps so far:\n4 * 5 = 20\n20 - {6}\nQ: 4 5 6 10\nA:" in requests[0].text


def test_draws_are_thoughts_of_their_own():
    requests, found = asked("a", "b\nc", "<think>d</think> a", "", by="sample", most=4)
    assert found == ["a", "b\nc"]
    assert SAMPLE in requests[0].text
    assert [each.sampling.draw for each in requests] == [0, 1, 2, 3]
    assert {each.sampling.temperature for each in requests} == {0.7}


def test_a_step_that_gives_an_answer_ends():
    assert Thoughts().ends(("First.", "so the answer is 24."))
    assert not Thoughts().ends(("The answer is 24.", "No."))
    assert not Thoughts().ends(())


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"by": "luck"}, "expected propose or sample"),
        ({"most": 0}, "most is 0"),
        ({"by": "sample", "sampling": Sampling()}, "all draws are equal"),
    ],
)
def test_what_grows_nothing_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        Thoughts(**fields)
