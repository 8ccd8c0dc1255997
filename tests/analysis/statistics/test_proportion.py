"""Wilson's interval."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from promptlab.analysis.statistics import wilson

tables = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_a_textbook_interval():
    # Newcombe, 1998, table I: 81 of 263 and 15 of 148.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)


@given(tables, st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_it_is_scipys(table, confidence):
    expected = binomtest(*table).proportion_ci(confidence, method="wilson")
    assert wilson(*table, confidence) == pytest.approx((expected.low, expected.high), abs=1e-12)


@given(tables)
def test_it_holds_the_proportion_and_stays_between_0_and_1(table):
    successes, n = table
    low, high = wilson(successes, n)
    assert 0 <= low <= successes / n <= high <= 1
    mirrored = wilson(n - successes, n)
    assert (1 - mirrored.high, 1 - mirrored.low) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (3, 2), (-1, 5)])
def test_impossible_counts_are_refused(successes, n):
    with pytest.raises(ValueError, match="at least one trial"):
        wilson(successes, n)


def test_a_confidence_in_percent_is_refused():
    with pytest.raises(ValueError, match=r"confidence is 95; .* such as 0\.95"):
        wilson(1, 2, 95)
