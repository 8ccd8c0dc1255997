"""How many examples a difference needs."""

from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlab.analysis.statistics import examples_needed, mcnemar, minimum_detectable_effect

shares = st.floats(0.01, 1)


def test_connors_formula_by_hand():
    expected = (1.959964 * sqrt(0.3) + 0.841621 * sqrt(0.3 - 0.01)) ** 2 / 0.01
    assert examples_needed(0.1, 0.3) == int(expected) + 1


def test_so_many_examples_find_the_difference_as_often_as_promised():
    n = int(examples_needed(0.1, 0.3))
    tables = np.random.default_rng(0).multinomial(n, [0.2, 0.1, 0.7], size=3000)
    found = [mcnemar(int(n10), int(n01)).pvalue < 0.05 for n10, n01, _ in tables]
    assert np.mean(found) == pytest.approx(0.8, abs=0.04)


def test_no_difference_needs_more_than_there_are():
    assert examples_needed(0, 0.3) == inf
    assert minimum_detectable_effect(2, 0.3) == inf


def test_no_fewer_are_needed_than_an_exact_test_can_tell_anything_from():
    assert mcnemar(5, 0).pvalue > 0.05 > mcnemar(6, 0).pvalue
    assert examples_needed(1, 1) == 6
    assert minimum_detectable_effect(5, 0.5) == inf
    assert minimum_detectable_effect(6, 1) <= 1


@given(shares, st.floats(0.01, 1))
def test_the_sign_does_not_matter_and_more_disagreement_needs_more(discordant, part):
    difference = discordant * part
    needed = examples_needed(difference, discordant)
    assert needed == examples_needed(-difference, discordant) >= 1
    assert examples_needed(difference, min(1, 1.2 * discordant)) >= needed
    assert examples_needed(difference, discordant, alpha=0.01) >= needed
    assert examples_needed(difference, discordant, power=0.9) >= needed


@given(st.integers(6, 5000), shares)
def test_the_smallest_detectable_difference_needs_just_these_examples(n, discordant):
    smallest = minimum_detectable_effect(n, discordant)
    assert 0 < smallest <= 1 or smallest == inf
    if smallest <= 1:
        assert abs(examples_needed(smallest, max(discordant, smallest)) - n) <= 1


@given(st.integers(5, 5000), shares)
def test_more_examples_show_smaller_differences(n, discordant):
    assert minimum_detectable_effect(n + 1, discordant) <= minimum_detectable_effect(n, discordant)


def test_graded_scores_show_differences_as_small_as_their_spread_allows():
    rng = np.random.default_rng(0)
    gains = rng.normal(0, 0.05, 90)
    smallest = minimum_detectable_effect(90, float(np.mean(gains**2)), graded=True)
    assert smallest == pytest.approx(2.8 * gains.std() / sqrt(90), rel=0.1)
    assert smallest < minimum_detectable_effect(90, float(np.mean(gains**2)))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: examples_needed(0.5, 0.1), "expected at least the difference's square"),
        (lambda: examples_needed(0.1, 0.3, alpha=5), "alpha is 5"),
        (lambda: minimum_detectable_effect(0, 0.3), "n is 0"),
        (lambda: minimum_detectable_effect(10, 3), "discordant 3"),
    ],
)
def test_impossible_designs_are_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
