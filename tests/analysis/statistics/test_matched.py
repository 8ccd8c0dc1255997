"""McNemar's exact test."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from promptlab.analysis.statistics import mcnemar

counts = st.integers(0, 3000)


def test_a_textbook_table():
    # Agresti, Categorical Data Analysis: 150 and 86 changed their mind about the prime minister.
    found = mcnemar(150, 86)
    assert found.chi2 == pytest.approx((64 - 1) ** 2 / 236)
    assert found.pvalue == pytest.approx(3.7e-5, rel=0.02)


@pytest.mark.parametrize(
    ("n10", "n01", "pvalue"),
    [(0, 0, 1), (1, 0, 1), (0, 5, 0.0625), (0, 6, 0.03125), (1, 9, 22 / 1024), (7, 7, 1)],
)
def test_small_tables_are_coin_tosses_counted_by_hand(n10, n01, pvalue):
    assert mcnemar(n10, n01).pvalue == pytest.approx(pvalue)


@given(counts, counts)
def test_it_is_the_binomial_test_of_a_fair_coin(n10, n01):
    expected = binomtest(n10, n10 + n01).pvalue if n10 + n01 else 1.0
    assert mcnemar(n10, n01).pvalue == pytest.approx(expected, rel=1e-9)


@given(counts, counts)
def test_it_does_not_matter_which_is_first(n10, n01):
    assert mcnemar(n10, n01).pvalue == mcnemar(n01, n10).pvalue
    assert 0 <= mcnemar(n10, n01).pvalue <= 1


@given(st.integers(0, 50), st.integers(0, 50))
def test_one_more_for_the_better_one_is_more_evidence(fewer, more):
    assert mcnemar(fewer, fewer + more + 1).pvalue <= mcnemar(fewer, fewer + more).pvalue


@pytest.mark.parametrize(("n10", "n01"), [(-1, 2), (3, 1.5)])
def test_what_is_no_number_of_examples_is_refused(n10, n01):
    with pytest.raises(ValueError, match="expected a number of examples"):
        mcnemar(n10, n01)
