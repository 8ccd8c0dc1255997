"""What one factor moves while the others are held, and what the examples alone would."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlab.analysis.statistics import decompose, fragile, moved, nested, variance_by_examples


def runs(values):
    """A table of values by selection (rows) and order (columns), as runs."""
    return [
        {"selection": name, "order": order, "accuracy": value}
        for name, row in values.items()
        for order, value in enumerate(row)
    ]


def test_runs_alike_in_all_else_are_compared():
    found = moved(runs({"knn": [2, 3, 4], "random": [3, 5, 7]}), "accuracy", "order", ["selection"])
    assert (found.cells, found.usual, found.widest) == (2, 3, 4)


def test_sets_are_compared_by_their_means_over_orders():
    found = moved(runs({"knn": [2, 3, 4], "random": [3, 5, 7]}), "accuracy", "selection", [])
    assert (found.cells, found.usual) == (1, 2)


def test_where_nothing_can_be_held_nothing_is_moved():
    rows = [{"a": 0, "b": 0, "accuracy": 1}, {"a": 1, "b": 1, "accuracy": 2}]
    found = moved(rows, "accuracy", "a", ["b"])
    assert (found.cells, found.usual, found.widest) == (0, 0, 0)
    with pytest.raises(ValueError, match=r"run 0 has no 'c'; it has a, b, accuracy"):
        moved(rows, "accuracy", "c", ["b"])


def test_orders_are_looked_at_within_sets():
    # Around their means, 3 and 5, the orders add up to 2 + 8; the means, to 6 · 1.
    rows = runs({"knn": [2, 3, 4], "random": [3, 5, 7]})
    selection, order = nested(rows, "accuracy", ["selection", "order"])
    assert (selection.sum_of_squares, order.sum_of_squares) == pytest.approx((6, 10))
    assert (selection.df, order.df) == (1, 4)
    assert (selection.share, order.share) == pytest.approx((6 / 16, 10 / 16))


def test_orders_of_different_sets_have_nothing_in_common_and_are_seen_all_the_same():
    rows = runs({"knn": [1, 2], "random": [2, 1]})
    assert decompose(rows, "accuracy", ["order"]).shares[0].share == pytest.approx(0)
    assert nested(rows, "accuracy", ["selection", "order"])[1].share == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 4), st.integers(0, 5))
def test_shares_that_are_nested_add_up_though_the_grid_has_holes(seed, selections, orders, holes):
    rng = np.random.default_rng(seed)
    rows = [
        {"s": s, "d": d, "o": o, "accuracy": rng.random()}
        for s, d, o in product(range(selections), range(2), range(orders))
    ][holes:]
    if len(rows) > 1:
        found = nested(rows, "accuracy", ["s", "d", "o"])
        assert sum(each.share for each in found) == pytest.approx(1)
        assert sum(each.df for each in found) == len(rows) - 1


def test_equal_runs_have_no_variance_to_share():
    assert [each.share for each in nested(runs({"knn": [1, 1]}), "accuracy", ["order"])] == [0]


def test_equally_good_runs_differ_by_as_much_as_the_examples_say():
    rng, spread, expected = np.random.default_rng(0), [], []
    for _ in range(400):
        scores = (rng.random((6, 50)) < rng.beta(2, 2, size=50)).astype(float)
        spread.append(scores.mean(axis=1).var(ddof=1))
        expected.append(variance_by_examples(scores))
    assert np.mean(expected) == pytest.approx(np.mean(spread), rel=0.06)
    assert variance_by_examples(np.tile([0.0, 1.0, 1.0], (4, 1))) == 0


def test_a_mean_square_by_hand():
    # Means 0.5 and 1 by run, 0.5 and 1 by example: each of four cells is 0.25 away.
    assert variance_by_examples([[0, 1], [1, 1]]) == pytest.approx(4 * 0.25**2 / 2)


@pytest.mark.parametrize("table", [[[1, 0]], [[1], [0]], [1, 0], [[1, np.nan], [0, 1]]])
def test_what_is_no_table_is_refused(table):
    with pytest.raises(ValueError, match="expected finite numbers"):
        variance_by_examples(table)


def test_a_gain_within_the_spread_is_fragile():
    rows = runs({"knn": [0.70, 0.76], "bm25": [0.71, 0.73], "random": [0.50, 0.51]})
    (found,) = fragile(rows, "accuracy", "selection", "order")
    assert (found.better, found.worse, found.within) == ("knn", "bm25", "knn")
    assert (found.gain, found.spread) == pytest.approx((0.01, 0.06))


def test_what_else_varied_is_held():
    rows = [
        {"selection": s, "order": o, "template": t, "accuracy": base + (0.1 if t else 0)}
        for (s, base), o, t in product([("knn", 0.7), ("random", 0.68)], range(3), range(2))
    ]
    assert fragile(rows, "accuracy", "selection", "order", ["template"]) == ()
    assert len(fragile(rows, "accuracy", "selection", "template", ["order"])) == 1


def test_orders_are_not_averaged_over_sets():
    rows = [
        {"selection": s, "set": d, "order": o, "accuracy": base + (0.1 if d == o else 0)}
        for (s, base), d, o in product([("knn", 0.7), ("random", 0.65)], range(2), range(2))
    ]
    (found,) = fragile(rows, "accuracy", "selection", "order", ["set"])
    assert found.spread == pytest.approx(0.1)
