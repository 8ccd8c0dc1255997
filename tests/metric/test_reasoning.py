"""The arithmetic of a reasoning is computed again."""

import pytest

from promptlab.metric.reasoning import Reasoning, statements
from promptlab.types import Answer, Example, Question, Task


@pytest.mark.parametrize(
    ("reasoning", "holds"),
    [
        ("3 + 4 = 7, then 7 × 2 = 15.", [True, False]),
        ("３＋４＝７，所以 $1,000 / 3 = $333.33", [True, True]),
        ("2*(3 + 4) = 14 and 5 + 2 * 3 = 11", []),
        ("10 / 3 = 3; 4 / 0 = 0", [False, False]),
        ("3 + 4 = 7.5x", []),
        ("nothing = nothing", []),
    ],
)
def test_each_operation_holds_or_does_not(reasoning, holds):
    assert list(statements(reasoning)) == holds


def test_a_right_answer_after_a_wrong_chain_is_told():
    metric, example = Reasoning(Task(answer="number")), Example(Question("q", "?"), "8")
    wrong = metric(Answer("8", rationale="3 + 4 = 8"), example)
    assert wrong == {"chain_holds": 0, "right_by_wrong_chain": 1}
    right = metric(Answer("8", rationale="4 + 4 = 8"), example)
    assert right == {"chain_holds": 1, "right_by_wrong_chain": 0}
    assert metric(Answer("8"), example) == {}
