"""The difference of two groups of different examples."""

from math import comb

import pytest
from scipy.stats import ttest_ind

from promptlab.analysis.statistics import unpaired


def test_of_right_and_wrong_it_is_fishers_exact_test():
    # Three of three against none of three: 1 / C(6, 3) for each side.
    assert unpaired([1, 1, 1], [0, 0, 0]) == pytest.approx(2 / comb(6, 3))
    assert unpaired([1, 0], [1, 0]) == 1.0


def test_of_other_scores_it_is_welchs():
    one, other = [0.1, 0.2, 0.4], [0.5, 0.9, 0.7, 0.6]
    assert unpaired(one, other) == pytest.approx(ttest_ind(one, other, equal_var=False).pvalue)


def test_where_nothing_varies_nothing_is_told():
    assert unpaired([0.5, 0.5], [0.5, 0.5]) == 1.0
    assert unpaired([0.5], [0.1, 0.2]) == 1.0


def test_an_empty_group_is_refused():
    with pytest.raises(ValueError, match="one has shape"):
        unpaired([], [1.0])
