"""Differences of variants on the same examples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlab.analysis.statistics import mcnemar, paired_difference
from promptlab.analysis.statistics.difference import agresti_min

right_or_wrong = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60)


def answered(both, n10, n01, neither):
    first = [1] * (both + n10) + [0] * (n01 + neither)
    return first, [1] * both + [0] * n10 + [1] * n01 + [0] * neither


def test_right_and_wrong_are_compared_exactly():
    found = paired_difference(*answered(50, 27, 6, 17))
    assert (found.n10, found.n01, found.n, found.examples) == (27, 6, 100, 100)
    assert found.difference == pytest.approx(0.21)
    assert found.pvalue == mcnemar(27, 6).pvalue
    assert found.method == "exact McNemar"
    assert found.discordant == pytest.approx(0.33)
    # Half an example in each cell: 21/102, and (34/102 - (21/102)²)/102 its variance.
    assert (found.low, found.high) == pytest.approx(
        (0.20588 - 0.10468, 0.20588 + 0.10468), abs=5e-5
    )


def test_pairing_sharpens_where_variants_agree():
    found = paired_difference(*answered(60, 5, 1, 34))
    assert found.stderr < 0.4 * found.stderr_unpaired


def test_the_interval_of_matched_proportions_covers_as_often_as_it_says():
    rng, covered, repeats = np.random.default_rng(0), 0, 2000
    for n10, n01, *_ in rng.multinomial(60, [0.2, 0.1, 0.7], size=repeats):
        low, high = agresti_min(int(n10), int(n01), 60)
        covered += low <= 0.1 <= high
    assert covered / repeats == pytest.approx(0.95, abs=0.015)


def test_no_difference_anywhere_is_not_certainty():
    found = paired_difference([1] * 50, [1] * 50)
    assert found.pvalue == 1
    assert found.low < 0 < found.high


def test_other_scores_are_compared_by_flipping_signs():
    found = paired_difference([0.9, 0.8, 0.7, 0.9, 0.6], [0.5, 0.6, 0.1, 0.2, 0.5])
    assert found.method == "sign flips"
    assert found.pvalue == 2 / 2**5
    assert 0 < found.low < found.difference < found.high


def test_examples_without_a_difference_do_not_change_the_p_value():
    gains = [0.3, 0.1, -0.2, 0.5, 0.4]
    alone = paired_difference(gains, [0] * 5)
    diluted = paired_difference([*gains, *[0.5] * 200], [*[0] * 5, *[0.5] * 200])
    assert diluted.pvalue == alone.pvalue


def test_draws_of_one_example_are_not_counted_as_examples():
    first, second = answered(10, 8, 1, 6)
    once = paired_difference(first, second)
    repeated = paired_difference(
        np.repeat(first, 20), np.repeat(second, 20), np.repeat(np.arange(25), 20)
    )
    assert (repeated.n, repeated.examples) == (500, 25)
    assert repeated.stderr == pytest.approx(once.stderr)
    assert repeated.pvalue == pytest.approx(once.pvalue)
    assert paired_difference(np.repeat(first, 20), np.repeat(second, 20)).pvalue < 1e-20


def test_sign_flips_agree_with_mcnemar_where_both_apply():
    first, second = answered(10, 9, 2, 5)
    flipped = paired_difference(
        np.repeat(first, 2), np.repeat(second, 2), [*np.arange(26).repeat(2)]
    )
    assert flipped.pvalue == pytest.approx(mcnemar(9, 2).pvalue)


@settings(max_examples=40, deadline=None)
@given(right_or_wrong)
def test_the_other_way_round_is_the_same_difference_with_the_other_sign(pairs):
    first, second = zip(*pairs, strict=True)
    one, other = paired_difference(first, second), paired_difference(second, first)
    assert one.difference == -other.difference
    assert one.pvalue == other.pvalue
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    assert -1 <= one.low <= one.difference <= one.high <= 1


def test_the_same_seed_gives_the_same_comparison():
    rng = np.random.default_rng(1)
    first, second = rng.random(80), rng.random(80)
    assert paired_difference(first, second) == paired_difference(first, second)
    assert paired_difference(first, second) != paired_difference(first, second, seed=1)


def test_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="3 scores against 2; expected the same examples"):
        paired_difference([1, 0, 1], [1, 0])


def test_thousands_of_examples_are_compared_too():
    one, other = np.random.default_rng(0).random((2, 3000))
    found = paired_difference(one + 0.1, other, resamples=99)
    assert found.method == "sign flips"
    assert found.pvalue < 1e-9
