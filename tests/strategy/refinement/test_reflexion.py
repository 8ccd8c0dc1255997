"""Reflexion: an attempt that seems wrong is reflected on, and that is remembered."""

import pytest
from laws import driven

from promptlab.strategy.refinement.reflexion import REFLECT, Reflexion
from promptlab.strategy.search.verdict import CHECK
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.types import Completion, Question, Task

TASK = Task("Add.", "number")
QUESTION = Question("q", "1 + 2?", context="Sums.")


def asked(*said, **fields):
    replies, requests = iter(said), []

    def reply(request):
        requests.append(request)
        return Completion(next(replies))

    strategy = Reflexion(ChainOfThought(TASK), task=TASK, **fields)
    _, answer = driven(strategy.solve(QUESTION, ()), reply)
    return requests, answer


def test_it_ends_where_an_attempt_seems_right():
    requests, answer = asked("One, two. The answer is 3.", "Yes.")
    assert requests[1].text == (f"Add.\n{CHECK}\n\nSums.\nQ: 1 + 2?\nOne, two. The answer is 3\nA:")
    assert (len(requests), answer.text) == (2, "3")


def test_what_went_wrong_is_remembered_in_the_attempts_that_follow():
    requests, answer = asked(
        *("The answer is 4.", "No", "{Count} again."),
        *("The answer is 5.", "no, it is not", "Use fingers."),
        "The answer is 3.",
    )
    assert requests[2].text == (f"Add.\n{REFLECT}\n\nSums.\nThe attempt: 4\nQ: 1 + 2?\nA:")
    assert "Sums.\nWhat an earlier attempt taught: {Count} again.\nQ:" in requests[3].text
    assert "taught: {Count} again.\nThe attempt: 5" in requests[5].text
    both = "taught: {Count} again.\nWhat an earlier attempt taught: Use fingers.\nQ: 1 + 2?"
    assert both in requests[6].text
    assert (len(requests), answer.text) == (7, "3")


def test_only_the_last_reflections_are_shown():
    requests, _ = asked(*("The answer is 4.", "no", "First.") * 2, "Well", "Second.", "6", memory=1)
    assert "First." in requests[3].text
    said = ["The answer is 4.", "no", "First.", "The answer is 5.", "no", "Second.", "7"]
    last = asked(*said, memory=1)[0][-1].text
    assert ("First." in last, "Second." in last) == (False, True)


def test_an_attempt_without_an_answer_is_wrong_and_the_last_answer_counts():
    requests, answer = asked("The answer is 4.", "no", "Hm.", "Who knows?", "Hm!", "Nobody.")
    assert [request.sampling.max_tokens for request in requests] == [256, 8, 128, 256, 128, 256]
    assert answer.text == "4"


@pytest.mark.parametrize("verdict", ["Perhaps.", ""])
def test_a_verdict_that_is_none_ends_it_and_so_does_an_empty_reflection(verdict):
    assert len(asked("The answer is 4.", verdict)[0]) == 2
    assert len(asked("The answer is 4.", "no", "")[0]) == 3


def test_the_judge_may_evaluate_and_one_attempt_asks_nobody():
    requests, _ = asked("The answer is 4.", "yes", role="judge")
    assert [request.to for request in requests] == ["model", "judge"]
    assert len(asked("The answer is 4.", attempts=1)[0]) == 1


@pytest.mark.parametrize("fields", [{"attempts": 0}, {"memory": 0}])
def test_there_is_an_attempt_and_a_memory(fields):
    with pytest.raises(ValueError, match="expected at least 1"):
        asked(**fields)
