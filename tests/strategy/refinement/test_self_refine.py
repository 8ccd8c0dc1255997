"""Self-refine: an answer is criticised and given again, until nothing is wrong with it."""

import pytest
from laws import driven

from promptlab.strategy.refinement.self_refine import SelfRefine
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.types import Completion, Question, Task

QUESTION = Question("q", "1 + 2?")


def asked(*said, **fields):
    replies, requests = iter(said), []

    def reply(request):
        requests.append(request)
        return Completion(next(replies))

    strategy = SelfRefine(ChainOfThought(Task(answer="number")), **fields)
    _, answer = driven(strategy.solve(QUESTION, ()), reply)
    return requests, answer


def test_what_is_wrong_is_told_and_the_question_asked_again():
    requests, answer = asked(
        "One and two. The answer is 4.",
        "{One} too many.",
        "The answer is 3.",
        "it is CORRECT",
    )
    assert "An answer to the question below: One and two." in requests[1].text
    assert requests[1].text.endswith("Q: 1 + 2?\nA:")
    assert "What is wrong: {One} too many.\nQ: 1 + 2?" in requests[2].text
    assert answer.text == "3"
    assert len(requests) == 4


def test_it_ends_after_its_rounds_and_keeps_the_last_answer_that_was_one():
    requests, answer = asked("The answer is 4.", "Wrong.", "Hm.", "Wrong.", "No.", rounds=2)
    assert len(requests) == 5
    assert answer.text == "4"


def test_another_may_criticise():
    requests, _ = asked("The answer is 4.", "It is correct.", role="judge")
    assert [request.to for request in requests] == ["model", "judge"]


@pytest.mark.parametrize("fields", [{"rounds": 0}, {"right": " "}])
def test_criticism_can_end(fields):
    with pytest.raises(ValueError, match="expected at least 1, and what is said"):
        asked(**fields)
