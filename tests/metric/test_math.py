"""Formulas are equal however they are written, and none of them holds up a run."""

from threading import Thread

import pytest

from promptlab.metric.math.comparer import comparer
from promptlab.metric.math.equivalence import Math
from promptlab.types import Answer, Example, Question


def score(said, gold, *aliases, seconds=10.0):
    example = Example(Question("q", "?"), gold, aliases=aliases)
    return Math(seconds)(Answer(said), example)


@pytest.mark.parametrize(
    ("said", "gold", "right"),
    [
        ("\\frac{1}{2}", "0.5", 1),
        ("１/２", "\\frac12", 1),
        ("$\\sqrt{8}$", "2\\sqrt{2}", 1),
        ("\\boxed{x^2+2x+1}", "(x+1)^2", 1),
        ("3", "4", 0),
        ("七", "八", 0),
        ("", "1", 0),
        ("\\frac{1}{", "1", 0),
    ],
)
def test_expressions_are_compared_by_value(said, gold, right):
    assert score(said, gold) == right


def test_an_alias_is_as_good_as_the_gold_answer():
    assert score("0.25", "none", "\\frac14") == 1


def test_a_comparison_that_does_not_end_is_a_wrong_answer_and_the_next_one_goes_on():
    assert score("9^{9^{9^{9}}}!", "1", seconds=0.3) == 0
    assert score("\\frac{2}{4}", "0.5") == 1


def test_any_thread_may_compare():
    found = []
    thread = Thread(target=lambda: found.append(comparer().equal("2+2", ["4"], 10)))
    thread.start()
    thread.join()
    assert found == [True]
