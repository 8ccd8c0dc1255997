"""Agreement: what is published of it, what it must be, and another implementation's figures."""

from math import isnan, nan

import numpy as np
import pytest

from promptlab.analysis.statistics.judges.alpha import alpha
from promptlab.analysis.statistics.judges.estimate import of_rows, of_sums
from promptlab.analysis.statistics.judges.kappa import kappa, of_tables

PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
        [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan],
    ]
).T
"""The example of Krippendorff, 2011: four judges, twelve things."""


@pytest.mark.parametrize(("level", "value"), [("nominal", 0.743), ("interval", 0.849)])
def test_alpha_is_as_published(level, value) -> None:
    found = alpha(PUBLISHED, level)
    assert found.value == pytest.approx(value, abs=0.0005)
    assert found.low < found.value < found.high


def test_alpha_is_that_of_nltk() -> None:
    agreement = pytest.importorskip("nltk.metrics.agreement")
    from nltk.metrics import binary_distance, interval_distance

    table = np.random.default_rng(0).integers(1, 6, size=(40, 3))
    data = [(str(j), str(u), int(v)) for u, row in enumerate(table) for j, v in enumerate(row)]
    for level, distance in (("nominal", binary_distance), ("interval", interval_distance)):
        task = agreement.AnnotationTask(data, distance=distance)
        assert alpha(table, level).value == pytest.approx(task.alpha())


def test_alpha_of_one_value_is_not_defined_and_of_no_table_refused() -> None:
    assert isnan(alpha([[1, 1], [1, 1]]).value)
    assert isnan(alpha([[1, nan], [nan, 1]]).value)
    with pytest.raises(ValueError, match="expected"):
        alpha([1, 2, 3])


def test_kappa_by_hand() -> None:
    # 20 and 15 the same, 5 and 10 not: 0.7 seen, 0.5 by chance.
    one = [1] * 25 + [0] * 25
    other = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    found = kappa(one, other)
    assert found.value == pytest.approx(0.4)
    assert found.low < 0.4 < found.high


def test_weighted_kappa_forgives_what_is_near() -> None:
    one, near, far = [1, 2, 3, 4, 5] * 4, [2, 2, 3, 4, 4] * 4, [5, 2, 3, 4, 1] * 4
    assert kappa(one, near).value == pytest.approx(kappa(one, far).value, abs=0.05)
    assert kappa(one, near, weighted=True).value > kappa(one, far, weighted=True).value + 0.5


def test_kappa_of_one_class_is_not_defined_and_of_unequal_lists_refused() -> None:
    assert isnan(kappa([1, 1], [1, 1]).value)
    with pytest.raises(ValueError, match="expected one for one"):
        kappa([1], [1, 0])


@pytest.mark.parametrize("weighted", [False, True])
def test_the_intervals_formula_is_that_of_scikit_learn(weighted) -> None:
    one, other = np.random.default_rng(0).integers(0, 5, size=(2, 60))
    table = np.zeros((5, 5))
    np.add.at(table, (one, other), 1)
    apart = np.subtract.outer(np.arange(5), np.arange(5))
    cost = np.square(apart) if weighted else (apart != 0)
    (value,) = of_tables(table.reshape(1, 25), cost.astype(float))
    assert value == pytest.approx(kappa(one, other, weighted=weighted).value)


@pytest.mark.parametrize("way", ["rows", "sums"])
def test_repeated_questions_make_no_narrower_interval(way) -> None:
    def mean(scores, clusters=None):
        if way == "rows":
            return of_rows(lambda rows: float(scores[rows].mean()), len(scores), clusters)
        parts = np.column_stack([scores, np.ones(len(scores))])
        return of_sums(lambda sums: sums[:, 0] / sums[:, 1], parts, clusters)

    scores = np.random.default_rng(0).random(50)
    alone = mean(scores)
    again = mean(np.repeat(scores, 4), np.repeat(np.arange(50), 4).tolist())
    assert again[:3] == pytest.approx(alone[:3])
    assert (alone.n, again.n) == (50, 200)


def test_no_rows_have_no_figure() -> None:
    assert isnan(of_rows(lambda rows: 1.0, 0).value)
    assert isnan(of_sums(lambda sums: sums[:, 0], np.zeros((0, 1))).value)
    assert kappa([], []).n == 0
