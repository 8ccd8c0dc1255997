"""Every pair of many variants."""

import numpy as np
import pytest

from promptlab.analysis.statistics import paired_difference, paired_differences

RNG = np.random.default_rng(0)
RIGHT = (RNG.random((4, 60)) < 0.7).astype(float)
GRADED = RNG.random((3, 60))


def test_right_and_wrong_are_compared_as_each_pair_alone():
    found = paired_differences(RIGHT)
    assert list(found) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    for (i, j), difference in found.items():
        assert difference == paired_difference(RIGHT[i], RIGHT[j])


def test_other_scores_share_their_resamples_and_agree_with_each_pair_alone():
    for (i, j), difference in paired_differences(GRADED).items():
        alone = paired_difference(GRADED[i], GRADED[j])
        assert difference.pvalue == pytest.approx(alone.pvalue, abs=0.02)
        assert (difference.low, difference.high) == pytest.approx((alone.low, alone.high), abs=0.01)
        assert difference.stderr == alone.stderr
        assert difference.method == "sign flips"


def test_few_examples_are_compared_exactly_alone_and_together():
    graded = GRADED[:, :8]
    for (i, j), difference in paired_differences(graded).items():
        assert difference.pvalue == paired_difference(graded[i], graded[j]).pvalue


def test_repeated_examples_count_once():
    clusters = np.repeat(np.arange(60), 5)
    repeated = paired_differences(np.repeat(RIGHT, 5, axis=1), clusters)
    for (i, j), difference in repeated.items():
        once = paired_difference(RIGHT[i], RIGHT[j])
        assert difference.examples == 60
        assert difference.stderr == pytest.approx(once.stderr)
        assert difference.pvalue == pytest.approx(once.pvalue, abs=0.03)


def test_one_variant_has_no_pairs():
    assert paired_differences([[1, 0]]) == {}
    assert paired_differences([]) == {}


def test_variants_of_other_examples_are_refused():
    with pytest.raises(ValueError, match=r"\[2, 3\] scores; expected the same examples"):
        paired_differences([[1, 0], [1, 0, 1]])
