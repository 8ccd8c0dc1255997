"""Rephrase and respond: in one reply, or in two."""

import pytest
from laws import driven

from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.strategy.thought.rephrase import FIRST, ONE, SECOND, Rephrase
from promptlab.types import Completion, Question, Task

QUESTION = Question("1", "Was {he} born in an even month?")
INNER = ChainOfThought(Task(answer="yes_no"))


def asked(*said, **knobs):
    replies = iter(said)
    program = Rephrase(INNER, **knobs).solve(QUESTION, ())
    batches, answer = driven(program, lambda _: Completion(next(replies)))
    return [request for (request,) in batches], answer


def test_one_reply_rephrases_and_answers() -> None:
    (request,), answer = asked("Was it 2, 4 or 6? The answer is yes.", steps=1)
    assert request.text == f"Q: {QUESTION.text}\n{ONE}\nA:"
    assert answer.text == "yes"


def test_the_writer_rephrases_and_the_model_sees_both_questions() -> None:
    (first, second), answer = asked("Was the month 2, 4 or 6?", "The answer is no.")
    assert (first.to, first.text) == ("writer", f"Q: {QUESTION.text}\n{FIRST}\nA:")
    assert (second.to, second.text) == (
        "model",
        f"Q: (original) {QUESTION.text}\n(rephrased) Was the month 2, 4 or 6?\n{SECOND}\nA:",
    )
    assert answer.text == "no"


def test_an_empty_rephrasing_leaves_the_question_as_it_is() -> None:
    assert asked("", "The answer is no.")[0][1].text == f"Q: {QUESTION.text}\nA:"


def test_other_steps_than_one_and_two_are_refused() -> None:
    with pytest.raises(ValueError, match="steps is 3; expected 1 or 2"):
        Rephrase(INNER, steps=3)
