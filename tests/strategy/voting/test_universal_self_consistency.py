"""Universal self-consistency: the model's pick counts, and the vote where it picks none."""

import pytest
from laws import driven

from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.strategy.voting.universal_self_consistency import (
    INTRODUCE,
    SELECT,
    UniversalSelfConsistency,
)
from promptlab.types import Completion, Question, Task

TASK = Task(answer="number")
DRAWS = ("{a} is 1. The answer is 1.", "Who knows?", "It is 2. The answer is 2.")


def asked(pick, draws=DRAWS, **knobs):
    strategy = UniversalSelfConsistency(ChainOfThought(TASK), len(draws), task=TASK, **knobs)
    replies = iter((*draws, pick))
    program = strategy.solve(Question("1", "1 or 2?"), ())
    batches, answer = driven(program, lambda _: Completion(next(replies)))
    return batches[-1][0].text, answer


def test_the_draws_with_an_answer_are_numbered_and_one_is_picked() -> None:
    text, answer = asked("The most consistent response is Response 1.")
    assert text == (
        f"Q: {INTRODUCE} 1 or 2?\n\nResponse 0: {{a}} is 1. The answer is 1\n\n"
        f"Response 1: It is 2. The answer is 2\n\n{SELECT}\nA:"
    )
    assert (answer.text, answer.rationale) == ("2", "It is 2.")
    assert answer.votes == (("1", 1.0), ("2", 1.0))


@pytest.mark.parametrize("pick", ["", "None.", "Response 2", "Response 99999999999"])
def test_where_no_draw_is_picked_the_draws_vote(pick) -> None:
    assert asked(pick)[1].text == "1"


def test_the_named_number_counts_and_not_one_before_it() -> None:
    assert asked("Of the 2 I take response #1.")[1].text == "2"


def test_it_can_be_asked_and_answered_in_chinese() -> None:
    text, answer = asked(
        "最一致的是回答１。", response="回答", introduce="问题：", select="选一个。"
    )
    assert "回答 1: It is 2." in text
    assert answer.text == "2"


def test_one_answer_is_picked_without_asking() -> None:
    text, answer = asked("unused", draws=DRAWS[:2])
    assert (text, answer.text) == ("Q: 1 or 2?\nA:", "1")
