"""The arithmetic of a reasoning is computed again, and held against the answer."""

import pytest

from promptlab.metric.reasoning import Reasoning, equations
from promptlab.types import Answer, Example, Question, Task

METRIC = Reasoning(Task(answer="number"))
EXAMPLE = Example(Question("q", "?"), "8")


@pytest.mark.parametrize(
    ("reasoning", "holds"),
    [
        ("3 + 4 = 7, then 7 × 2 = 15.", [True, False]),
        ("３＋４＝７，所以 $1,000 / 3 = $333.33", [True, True]),
        ("2*(3 + 4) = 14 and 5 + 2 * 3 = 11; 5 + 2 * 3 = 21", [True, True, False]),
        ("(3 + 4 = 7), (3 + 4) * 2 = 14, ((1 + 1) * 3) = 6", [True, True, True]),
        ("2 + 3 = 5 = 10 / 2 = 6", [True, True, False]),
        ("14 = 2 * 7, but 15 = 2 * 7", [True, False]),
        ("2^3 = 8, -3 + 5 = 2, 12 − 5 = 7, 3 x 4 = 12", [True, True, True, True]),
        ("小明有 3 + 4 = 7 个，每个 2 元，7 × 2 = 14 元", [True, True]),
        ("10 / 3 = 3; 4 / 0 = 0", [False, False]),
        ("3 + 4 = 7.5x", []),
        ("2(3 + 4) = 14; 50% * 20 = 10; 1 + 2 = 3 + x", []),
        ("nothing = nothing; 5 = 5; x = 7", []),
        ("9^9^9^9 = 1", []),
    ],
)
def test_each_equation_holds_or_does_not(reasoning, holds):
    assert [each.holds for each in equations(reasoning)] == holds


@pytest.mark.parametrize(
    "reasoning",
    ["(" * 20_000, "1 + " * 20_000, "1 = " * 20_000, "(1 + 1) = " * 5000, "9" * 50_000 + " = 9"],
)
def test_a_text_without_end_is_read_and_computes_nothing(reasoning):
    assert list(equations(reasoning)) == []


def test_a_right_answer_after_a_wrong_chain_is_told():
    wrong = METRIC(Answer("8", rationale="3 + 4 = 8"), EXAMPLE)
    assert wrong == {"chain_holds": 0, "right_by_wrong_chain": 1, "answer_follows": 1}
    held = METRIC(Answer("8", rationale="4 + 4 = 8"), EXAMPLE)
    assert held == {"chain_holds": 1, "right_by_wrong_chain": 0, "answer_follows": 1}
    assert METRIC(Answer("8"), EXAMPLE) == {}


@pytest.mark.parametrize(
    ("answer", "reasoning", "follows"),
    [
        ("8", "3 + 4 = 7.", 0),
        ("7", "2 + 2 = 4, 3 + 4 = 7.", 1),
        ("4", "2 + 2 = 4, 3 + 4 = 7.", 0),
        ("333.33", "1,000 / 3 = 333.33", 1),
        ("7", "7 = 3 + 4", 1),
    ],
)
def test_an_answer_follows_where_it_is_the_last_result(answer, reasoning, follows):
    assert METRIC(Answer(answer, rationale=reasoning), EXAMPLE)["answer_follows"] == follows


def test_an_answer_that_is_no_number_or_was_not_read_follows_from_nothing():
    for answer in (Answer("yes", rationale="1 + 1 = 2"), Answer("", "1 + 1 = 2", (), "unparsed")):
        assert "answer_follows" not in METRIC(answer, EXAMPLE)
