"""Where the variance of a grid comes from."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlab.analysis.statistics import decompose, spreads


def grid(values):
    """A table of values by selection (rows) and seed (columns), as runs."""
    return [
        {"selection": name, "seed": seed, "accuracy": value}
        for name, row in values.items()
        for seed, value in enumerate(row)
    ]


def test_sums_of_squares_by_hand():
    # Means 2, 4 by selection and 2, 4 by seed, grand mean 3; one unit of interaction in each cell.
    found = decompose(grid({"knn": [2, 2], "random": [2, 6]}), "accuracy", ["selection", "seed"])
    assert found.mean == 3
    assert found.total == pytest.approx(12)
    assert [share.sum_of_squares for share in found.shares] == pytest.approx([4, 4])
    assert [share.df for share in found.shares] == [1, 1]
    assert found.residual == pytest.approx(4 / 12)


def test_an_interaction_is_asked_for_by_its_parts():
    rows = grid({"knn": [2, 2], "random": [2, 6]})
    found = decompose(rows, "accuracy", ["selection", "seed", "selection:seed"])
    assert [share.share for share in found.shares] == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    assert found.shares[2].levels == 4
    assert found.residual == pytest.approx(0)


def test_type_two_sums_where_the_grid_has_a_hole():
    rows = grid({"knn": [1, 2, 3], "random": [3, 5, 4]})[:-1]
    found = decompose(rows, "accuracy", ["selection", "seed"])
    # Without seed 2, the selections differ by 2.5 in each of two pairs: 2.5² · 2 · 2 / 4.
    assert found.shares[0].sum_of_squares == pytest.approx(6.25)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 4), st.integers(2, 4))
def test_in_a_full_grid_the_shares_add_up(seed, selections, orders):
    rng = np.random.default_rng(seed)
    rows = [
        {"selection": s, "order": o, "seed": r, "accuracy": rng.random()}
        for s, o, r in product(range(selections), range(orders), range(3))
    ]
    factors = ["selection", "order", "seed", "selection:order"]
    found = decompose(rows, "accuracy", factors)
    assert sum(share.share for share in found.shares) + found.residual == pytest.approx(1)
    assert all(0 <= share.share <= 1 for share in found.shares)
    assert found.shares[3].df == (selections - 1) * (orders - 1)


def test_a_factor_without_effect_has_the_share_of_chance():
    rng, shares = np.random.default_rng(0), []
    for _ in range(300):
        rows = [{"f": i % 4, "accuracy": rng.normal()} for i in range(20)]
        (share,) = decompose(rows, "accuracy", ["f"]).shares
        shares.append(share.share)
    assert np.mean(shares) == pytest.approx(share.by_chance, abs=0.02)
    assert share.by_chance == pytest.approx(3 / 19)


def test_a_factor_of_one_level_and_equal_values_explain_nothing():
    rows = grid({"knn": [0.5, 0.5]})
    found = decompose(rows, "accuracy", ["selection", "seed"])
    assert [share.share for share in found.shares] == [0, 0]
    assert found.shares[0].df == 0


def test_best_and_worst_cases_best_mean_first():
    found = spreads(grid({"random": [0.5, 0.9], "knn": [0.7, 0.9]}), "accuracy", "selection")
    assert [(each.level, each.worst, each.best) for each in found] == [
        ("knn", 0.7, 0.9),
        ("random", 0.5, 0.9),
    ]
    assert found[0].mean == pytest.approx(0.8)
    assert found[0].deviation == pytest.approx(np.std([0.7, 0.9], ddof=1))
    assert found[0].runs == 2


def test_what_is_missing_is_named():
    with pytest.raises(ValueError, match=r"run 1 has no 'seed'; it has accuracy"):
        decompose([{"accuracy": 1, "seed": 1}, {"accuracy": 2}], "accuracy", ["seed"])
    with pytest.raises(ValueError, match="1 runs; expected at least two"):
        decompose([{"accuracy": 1}], "accuracy", [])
