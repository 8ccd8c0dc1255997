"""Chain of verification: an answer is asked about, apart from it, and given again."""

import pytest
from laws import driven

from promptlab.strategy.direct import Direct
from promptlab.strategy.refinement.chain_of_verification import ChainOfVerification
from promptlab.types import Completion, Question, Task

QUESTION = Question("q", "Who was born in {Paris}?", context="Poets.")


def asked(*said, **fields):
    replies = iter(said)
    strategy = ChainOfVerification(Direct(Task(answer="text")), Direct(Task()), **fields)
    batches, answer = driven(strategy.solve(QUESTION, ()), lambda _: Completion(next(replies)))
    return batches, answer


def test_the_questions_are_answered_apart_and_the_answer_given_in_their_light():
    batches, answer = asked("Ann", "1. Where was Ann born?\n2. 谁是 Bob？", "Rome", "a poet", "Bob")
    texts = [[request.text for request in batch] for batch in batches]
    assert texts[1][0].endswith("Poets.\nAn earlier answer: Ann\nQ: Who was born in {Paris}?\nA:")
    assert texts[2] == ["Poets.\nQ: Where was Ann born?\nA:", "Poets.\nQ: 谁是 Bob？\nA:"]
    (last,) = texts[3]
    assert last == (
        "Poets.\nAn earlier answer: Ann\nWhat was found when it was checked:\n"
        "Where was Ann born? Rome\n谁是 Bob？ a poet\nQ: Who was born in {Paris}?\nA:"
    )
    assert answer.text == "Bob"


def test_the_first_answer_stays_where_nothing_is_asked_and_where_the_second_is_none():
    assert asked("Ann", "It is fine.")[1].text == "Ann"
    assert asked("Ann", "Is it?", "yes", "")[1].text == "Ann"
    assert asked("")[1].outcome == "unparsed"


def test_no_more_are_asked_than_was_said_and_another_may_plan():
    batches, _ = asked("Ann", "A?\nB?\nC?", "1", "2", "Ann", most=2, role="writer")
    assert list(map(len, batches)) == [1, 1, 2, 1]
    assert [batch[0].to for batch in batches] == ["model", "writer", "model", "model"]


def test_at_least_one_question_is_asked():
    with pytest.raises(ValueError, match="most is 0"):
        asked(most=0)
