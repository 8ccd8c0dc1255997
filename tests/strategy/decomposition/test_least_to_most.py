"""Least-to-most: simpler questions are asked first, each told the answers before it."""

import pytest
from laws import driven

from promptlab.strategy.decomposition.least_to_most import LeastToMost, simpler_questions
from promptlab.strategy.direct import Direct
from promptlab.types import Completion, Question, Task

QUESTION = Question("q", "How old is Ann in {year}?", context="Ann is 3 in 2000.")
STRATEGY = LeastToMost(Direct(Task(answer="number")), Direct(Task()))


def asked(*said, **fields):
    replies = iter(said)
    strategy = LeastToMost(Direct(Task(answer="number")), Direct(Task()), **fields)
    batches, answer = driven(strategy.solve(QUESTION, ()), lambda _: Completion(next(replies)))
    return [request.text for (request,) in batches], answer


def test_each_question_is_asked_in_the_light_of_those_before_it():
    texts, answer = asked("1. When was she born?\n2) How long ago is that?", " 1997", " 10", " 13")
    assert texts[0].endswith("Ann is 3 in 2000.\nQ: How old is Ann in {year}?\nA:")
    assert texts[1] == ("Ann is 3 in 2000.\nHow old is Ann in {year}?\nQ: When was she born?\nA:")
    assert "When was she born?\n1997\nQ: How long ago is that?" in texts[2]
    assert texts[3] == (
        "Ann is 3 in 2000.\nWhen was she born?\n1997\nHow long ago is that?\n10\n"
        "Q: How old is Ann in {year}?\nA:"
    )
    assert answer.text == "13"


def test_no_more_are_asked_than_was_said_and_without_any_the_question_itself():
    assert len(asked("A?\nB?\nC?", "1", "2", most=1)[0]) == 3
    assert asked("I do not know.", "4")[0][1].endswith("Q: How old is Ann in {year}?\nA:")


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ("- What is it?\n* Who?\n\nThat is all.", ["What is it?", "Who?"]),
        ("（1）谁？\n１．几岁？\n2、多高？\n第二，何时？", ["谁？", "几岁？", "多高？", "何时？"]),
        ("第一次是何时？", ["第一次是何时？"]),
        ("1. What is 3 - 1?\n1.5 m in cm?", ["What is 3 - 1?", "1.5 m in cm?"]),
        ("Who?\nWho?", ["Who?"]),
        ("How old is Ann in {year}?", []),
        ("", []),
    ],
)
def test_questions_are_the_lines_that_ask(reply, found):
    assert simpler_questions(reply, QUESTION) == found


def test_at_least_one_is_asked():
    with pytest.raises(ValueError, match="most is 0"):
        asked(most=0)
