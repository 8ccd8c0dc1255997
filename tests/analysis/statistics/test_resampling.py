"""The bootstrap and sign flips, against scipy's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap, norm, permutation_test

from promptlab.analysis.statistics import bca
from promptlab.analysis.statistics.resampling import flip_pvalue, flip_signs, is_exhaustive

SKEWED = np.random.default_rng(3).exponential(size=60)


def test_the_interval_is_scipys():
    expected = bootstrap(
        (SKEWED,), np.mean, method="BCa", n_resamples=50_000, rng=np.random.default_rng(1)
    ).confidence_interval
    found = bca(SKEWED, resamples=50_000)
    assert found == pytest.approx((expected.low, expected.high), abs=0.01)


def test_it_is_shifted_towards_the_long_tail():
    low, high = bca(SKEWED)
    assert high - SKEWED.mean() > SKEWED.mean() - low


def test_the_same_seed_gives_the_same_interval():
    assert bca(SKEWED, seed=5) == bca(SKEWED, seed=5)
    assert bca(SKEWED, seed=5) != bca(SKEWED, seed=6)


def test_repeated_scores_of_one_example_add_no_certainty():
    examples = np.repeat(np.arange(60), 10)
    repeated = bca(np.repeat(SKEWED, 10), examples)
    assert repeated == pytest.approx(bca(SKEWED))
    apart = bca(np.repeat(SKEWED, 10))
    assert apart.high - apart.low < 0.5 * (repeated.high - repeated.low)


def test_equal_scores_are_a_point():
    assert bca([0.5] * 10) == (0.5, 0.5)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=2, max_size=9))
def test_few_examples_are_flipped_in_all_ways_as_scipy_does(gains):
    sums = np.array(gains, dtype=float)
    expected = permutation_test(
        (sums,), np.sum, permutation_type="samples", vectorized=False, n_resamples=10_000
    ).pvalue
    flipped = flip_signs(sums, 10_000, 0)
    assert len(flipped) == 2 ** len(gains)
    assert flip_pvalue(flipped, sums, is_exact=True) == pytest.approx(expected)


def test_many_examples_are_flipped_by_chance_to_the_same_end():
    gains = np.random.default_rng(2).normal(0.3, 1, 40)
    expected = permutation_test(
        (gains,), np.mean, permutation_type="samples", n_resamples=20_000, vectorized=True, axis=0
    ).pvalue
    assert not is_exhaustive(40, 20_000)
    flipped = flip_signs(gains, 20_000, 0)
    assert flip_pvalue(flipped, gains, is_exact=False) == pytest.approx(expected, abs=0.01)


def test_a_clear_difference_is_not_limited_by_the_number_of_flips():
    gains = np.random.default_rng(2).normal(1, 0.5, 60)
    found = flip_pvalue(flip_signs(gains, 999, 0), gains, is_exact=False)
    exact_normal = 2 * norm.sf(gains.sum() / np.sqrt(np.square(gains).sum()))
    assert exact_normal < found < 1e-9
    weak = np.random.default_rng(3).normal(0.3, 1, 60)
    assert flip_pvalue(flip_signs(weak, 999, 0), weak, is_exact=False) >= 1 / 1000


def test_where_all_ways_are_counted_a_bound_is_above_the_share():
    rng = np.random.default_rng(5)
    for _ in range(50):
        gains = rng.normal(0.5, 1, 14)
        every = flip_pvalue(flip_signs(gains, 2**14, 0), gains, is_exact=True)
        few = flip_pvalue(flip_signs(gains, 9, 0), gains, is_exact=False)
        assert few >= 0.1 or few >= every


def test_resampled_differences_are_differences_of_resampled_variants():
    variants = np.random.default_rng(4).normal(size=(50, 3))
    together = flip_signs(variants, 500, 7)
    alone = flip_signs(variants[:, 0] - variants[:, 2], 500, 7)
    assert together[:, 0] - together[:, 2] == pytest.approx(alone)


def test_blocks_change_nothing(monkeypatch):
    whole = bca(SKEWED, resamples=1000)
    monkeypatch.setattr("promptlab.analysis.statistics.resampling._BLOCK", 60 * 400)
    assert bca(SKEWED, resamples=1000) == whole


def test_no_resamples_are_refused():
    with pytest.raises(ValueError, match="resamples is 0"):
        bca(SKEWED, resamples=0)
