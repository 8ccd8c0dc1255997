"""Betting against each variant: what the best one is safe from, exactly and by simulation."""

from itertools import permutations, product
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlab.analysis.racing.betting import begin, losers, update

SCORES = st.sampled_from([0.0, 1.0])
FRACTIONS = st.sampled_from([0.0, 0.25, 0.6, 1.0])


def evidences(rows, examples, standing=None):
    """The evidence after each example; rows have the shape (examples, races, variants)."""
    rows = np.asarray(rows, dtype=float)
    standing = np.ones(rows.shape[1:], bool) if standing is None else standing
    evidence = begin(rows.shape[-1], examples, rows.shape[1:-1])
    for row in rows:
        evidence = update(evidence, row, standing)
        yield evidence


def all_orders(scores):
    """Every order of some examples, each a race; shape (examples, orders, variants)."""
    return np.swapaxes(np.asarray(scores)[list(permutations(range(len(scores))))], 0, 1)


def raced(rows, examples, alpha):
    """Race side by side, deciding after every example; return who is left, race by race."""
    standing = np.ones(rows.shape[1:], bool)
    evidence = begin(rows.shape[-1], examples, rows.shape[1:-1])
    for row in rows:
        evidence = update(evidence, row, standing)
        standing = standing & ~losers(evidence, standing, alpha)
    return standing


@pytest.mark.parametrize("values", [SCORES, FRACTIONS])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_bet_against_the_best_gains_on_average_over_all_orders(values, data):
    scores = data.draw(st.lists(st.lists(values, min_size=3, max_size=3), min_size=5, max_size=5))
    best = int(np.argmax(np.round(np.sum(scores, axis=0), 9)))
    for evidence in evidences(all_orders(scores), 5):
        assert np.exp(evidence.log_wealth[:, best]).mean() <= 1 + 1e-9


@settings(max_examples=40, deadline=None)
@given(
    scores=st.lists(st.lists(SCORES, min_size=3, max_size=3), min_size=6, max_size=6),
    alpha=st.sampled_from([0.05, 0.2, 0.4, 0.7]),
)
def test_of_all_orders_at_most_a_share_alpha_drops_the_best(scores, alpha):
    best = int(np.argmax(np.sum(scores, axis=0)))
    standing = raced(all_orders(scores), 6, alpha)
    assert np.mean(~standing[:, best]) <= alpha
    assert standing.any(axis=-1).all()


def test_a_coin_that_is_fair_leaves_the_wealth_as_it_is_on_average():
    # Both right, both wrong, or one of them: equally good variants, all sequences of 5 examples.
    pairs = [(1, 0), (0, 1), (1, 1), (0, 0)]
    rows = np.array(list(product(pairs, repeat=5))).swapaxes(0, 1)
    for evidence in evidences(rows, None):
        assert np.exp(evidence.log_wealth).mean(axis=0) == pytest.approx([1, 1])
    assert evidence.log_wealth.max() > 0.5


@pytest.mark.parametrize("examples", [60, None])
def test_equal_variants_are_dropped_in_a_share_of_races_below_alpha(examples):
    races, variants, alpha = 600, 4, 0.1
    rng = np.random.default_rng(0)
    # The hardest case: all have exactly half of the answers right, so each is a best one.
    half = np.tile(np.arange(60) < 30, (races, variants, 1))
    rows = np.moveaxis(rng.permuted(half, axis=-1), -1, 0).astype(float)
    standing = raced(rows, examples, alpha)
    shares = 1 - standing.mean(axis=0)
    assert shares.max() <= alpha + 3 * np.sqrt(alpha * (1 - alpha) / races)
    assert shares.max() > 0.01


def test_a_variant_that_cannot_catch_up_is_certain_to_be_behind():
    rows = [[[1.0, 0.0]], [[1.0, 0.0]], [[1.0, 0.0]], [[0.0, 0.0]]]
    peaks = [evidence.log_peak[0].tolist() for evidence in evidences(rows, 5)]
    assert [peak[1] == inf for peak in peaks] == [False, False, True, True]
    assert all(peak[0] == 0 for peak in peaks)


def test_fewer_examples_are_needed_where_there_are_no_more():
    rng = np.random.default_rng(1)
    rows = (rng.random((80, 300, 2)) < [0.8, 0.6]).astype(float)
    left = {n: raced(rows, n, 0.05)[:, 1].mean() for n in (80, None)}
    assert left[80] < left[None] / 2


def test_the_leader_is_never_behind():
    rows = [[[1.0, 0.0]]] * 6 + [[[0.0, 1.0]]] * 14
    *_, last = evidences(rows, None)
    standing = np.ones((1, 2), bool)
    assert last.log_peak[0, 0] > 0
    assert losers(last, standing, 0.99).tolist() == [[True, False]]


def test_what_was_dropped_bears_no_more_evidence():
    standing = np.array([[True, True, False]])
    rows = [[[1.0, 0.0, 9.0]]] * 4
    *_, last = evidences(rows, None, standing)
    assert last.log_wealth[0, 2] == 0
    assert last.log_wealth[0, 1] > 0


@pytest.mark.parametrize("score", [1.5, -0.1, float("nan")])
def test_scores_beyond_0_and_1_are_refused(score):
    with pytest.raises(ValueError, match="needs scores from 0 to 1"):
        update(begin(2, 10), [0.5, score], np.array([True, True]))


def test_no_more_examples_than_there_are():
    (*_, last) = evidences([[[1.0, 0.0]]], 1)
    with pytest.raises(ValueError, match="all 1 examples were seen"):
        update(last, [[1.0, 0.0]], np.ones((1, 2), bool))
