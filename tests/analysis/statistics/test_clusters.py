"""Standard errors where examples are repeated."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlab.analysis.statistics import standard_error

scores = st.lists(st.floats(-1, 1), min_size=1, max_size=30)


def test_a_share_has_the_textbook_error():
    assert standard_error([1] * 30 + [0] * 70) == pytest.approx(sqrt(0.3 * 0.7 / 100))


def test_clusters_are_computed_by_hand():
    # Mean 0.5; the two clusters are off by +1 and -1 in sum: √(1 + 1) / 4.
    assert standard_error([1, 1, 0, 0], "aabb") == pytest.approx(sqrt(2) / 4)
    assert standard_error([1, 0, 1, 0], "aabb") == 0


@given(scores)
def test_each_its_own_cluster_is_no_cluster(values):
    assert standard_error(values, range(len(values))) == pytest.approx(standard_error(values))


@given(scores, st.integers(1, 5))
def test_repeating_every_score_leaves_the_clustered_error_as_it_was(values, times):
    repeated = [score for score in values for _ in range(times)]
    clusters = [number for number in range(len(values)) for _ in range(times)]
    assert standard_error(repeated, clusters) == pytest.approx(standard_error(values), abs=1e-12)


@pytest.mark.parametrize(
    ("values", "clusters", "said"),
    [
        ([], None, "shape"),
        ([1, 0], ["a"], "1 clusters for 2 scores"),
        ([1, float("nan")], None, r"scores\[1\] is nan"),
        ([[1, 0]], None, "flat list"),
    ],
)
def test_what_cannot_be_averaged_is_refused(values, clusters, said):
    with pytest.raises(ValueError, match=said):
        standard_error(values, clusters)
