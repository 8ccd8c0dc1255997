"""p-values of many comparisons."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from promptlab.analysis.statistics import benjamini_hochberg, holm

pvalues = st.lists(st.floats(0, 1), min_size=1, max_size=30)
BENJAMINI_HOCHBERG_1995 = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459),
    *(0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_the_example_of_benjamini_and_hochbergs_paper():
    assert (benjamini_hochberg(BENJAMINI_HOCHBERG_1995) <= 0.05).sum() == 4
    assert (holm(BENJAMINI_HOCHBERG_1995) <= 0.05).sum() == 3


def test_values_computed_by_hand_keep_their_order():
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert benjamini_hochberg([0.04, 0.01, 0.03]) == pytest.approx([0.04, 0.03, 0.04])


def test_one_comparison_needs_no_correction_and_none_gives_none():
    assert holm([0.03]) == benjamini_hochberg([0.03]) == [0.03]
    assert holm([]).size == benjamini_hochberg([]).size == 0


@given(pvalues)
def test_benjamini_hochberg_is_scipys(values):
    assert benjamini_hochberg(values) == pytest.approx(false_discovery_control(values))


@given(pvalues)
def test_raw_below_false_discovery_below_familywise(values):
    raw, discovery, family = np.array(values), benjamini_hochberg(values), holm(values)
    tiny = 1e-12
    assert (raw <= discovery + tiny).all()
    assert (discovery <= family + tiny).all()
    assert (family <= np.minimum(1, raw * len(raw)) + tiny).all()


@given(pvalues, st.randoms())
def test_the_order_given_is_the_order_returned(values, rng):
    order = list(range(len(values)))
    rng.shuffle(order)
    for adjust in (holm, benjamini_hochberg):
        assert adjust([values[i] for i in order]) == pytest.approx(adjust(values)[order])


@given(pvalues)
def test_a_smaller_p_value_is_never_adjusted_above_a_larger_one(values):
    for adjust in (holm, benjamini_hochberg):
        assert (np.diff(adjust(values)[np.argsort(values)]) >= 0).all()


@pytest.mark.parametrize("wrong", [[0.5, 1.2], [0.5, -0.1], [0.5, float("nan")]])
def test_what_is_no_p_value_is_named(wrong):
    with pytest.raises(ValueError, match=r"pvalues\[1\] is"):
        holm(wrong)
