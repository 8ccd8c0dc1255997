"""Contrastive chain of thought: a wrong explanation is the right one with numbers mixed up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlab.program import solve
from promptlab.strategy.thought.contrastive import ContrastiveCoT, mixed_up
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.types import Completion, Example, Question, Task

DEMOS = (
    Example(Question("a", "3 and 4?"), "7", "3 + 4 = 7."),
    Example(Question("b", "Why?"), "1", "Because."),
)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("3 + 4 = 7.", "4 + 7 = 3."),
        ("2 + 2 = 4", "4 + 4 = 2"),
        ("It costs 1,000.50 of 20.", "It costs 20 of 1,000.50."),
        ("有 3 个，吃了 １ 个", "有 １ 个，吃了 3 个"),
        ("It is 9.", "It is 10."),
        ("It is 0.5.", "It is 0.6."),
        ("No number.", ""),
        ("", ""),
    ],
)
def test_numbers_take_each_other_s_place(right, wrong):
    assert mixed_up(right) == wrong


@given(st.text("0123 +=.,a字", max_size=20))
def test_what_is_mixed_up_is_never_what_it_was(text):
    assert mixed_up(text) != text or not text


def test_both_explanations_are_shown_and_the_answer_last():
    asked = []

    class Model:
        identity = {"name": "m"}

        def answer(self, requests):
            asked.extend(request.prompt.text for request in requests)
            return [Completion(" 1 + 1 = 2. The answer is 2.")]

    strategy = ContrastiveCoT(ChainOfThought(Task(answer="number")))
    answer = solve(strategy.solve(Question("q", "1 and 1?"), DEMOS), Model())
    assert answer.text == "2"
    assert (
        "A: A wrong explanation: 4 + 7 = 3. The right explanation: 3 + 4 = 7. The answer is 7."
        in asked[0]
    )
    assert "Q: Why?\nA: Because. The answer is 1." in asked[0]
