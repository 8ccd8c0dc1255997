"""DPP, facility location and k-center: by their definitions, and where candidates repeat."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlab.selection.diverse.dpp import DPP, kernel_row, weights
from promptlab.selection.diverse.dpp import spread as spread_by_rows
from promptlab.selection.diverse.facility_location import FacilityLocation, covering
from promptlab.selection.diverse.k_center import KCenter, farthest_first
from promptlab.selection.first import First
from promptlab.types import Example, Question


def kernel(vectors, asked, scale):
    """The whole kernel, of which the selection makes the rows that it needs."""
    weight = weights(vectors, asked, scale)
    return np.stack([kernel_row(weight, vectors, place) for place in range(len(vectors))])


def spread(matrix, count):
    return spread_by_rows(np.diag(matrix).copy(), matrix.__getitem__, count)


ALL = pytest.mark.parametrize("kind", [DPP, FacilityLocation, KCenter])
ASKED = np.array([1.0, 0.0, 0.0])
ITEMS = np.array([[1, 0, 0], [0.99, 0.14, 0], [0.7, 0.7, 0], [0.5, 0, 0.86], [0, 1, 0]])
POOL = [Example(Question(f"pool-{n}", str(n)), "") for n in range(6)]


class Placed:
    """Texts lie where they are said to; 9 is what is asked."""

    identity = "placed"

    def __init__(self, places):
        self.places = np.asarray(places, dtype=np.float32)

    def encode(self, texts):
        return self.places[[int(text) for text in texts]]


def drawn(seed, size=7):
    vectors = np.random.default_rng(seed).normal(size=(size, 4))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_published_kernel_leaves_the_near_duplicate_out():
    items = ITEMS / np.linalg.norm(ITEMS, axis=1, keepdims=True)
    assert spread(kernel(items, ASKED, 0.1), 3) == [0, 2, 3]


def test_the_selection_shows_more_than_one_and_leaves_the_near_duplicate_out():
    items = np.vstack([ITEMS, ASKED])
    placed = Placed(items / np.linalg.norm(items, axis=1, keepdims=True))
    shown = DPP(3, First(3), placed).fit(POOL[:5])(Question("q", "5"))
    assert [demo.id for demo in shown] == ["pool-0", "pool-2", "pool-3"]


def test_the_kernel_is_relevance_times_similarity_times_relevance():
    # Similarities from 0 to 1 are 1, 1/2 and 1/2; relevances e ** -5 (r - 1) at a scale of 0.1.
    two = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    least = np.exp(-2.5)
    expected = [[1, least / 2], [least / 2, least**2]]
    np.testing.assert_allclose(kernel(two, ASKED, 0.1), expected, rtol=1e-12)


@given(st.integers(0, 10_000), st.sampled_from([0.05, 0.1, 1.0]))
def test_each_choice_raises_the_determinant_most(seed, scale):
    matrix = kernel(drawn(seed), drawn(seed + 1)[0], scale)
    chosen = spread(matrix, 4)
    for done in range(4):
        values = {
            place: np.linalg.slogdet(matrix[np.ix_(some, some)])[1]
            for place in range(len(matrix))
            if place not in chosen[:done]
            for some in [[*chosen[:done], place]]
        }
        assert values[chosen[done]] == pytest.approx(max(values.values()), abs=1e-6)


def test_candidates_that_are_copies_come_once_each_and_nothing_is_missing():
    assert spread(np.ones((4, 4)), 4) == [0, 1, 2, 3]
    twice = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], dtype=float)
    assert spread(kernel(twice, np.array([1.0, 0]), 0.1), 4) == [0, 2, 1, 3]
    assert spread(np.zeros((2, 2)), 2) == [0, 1]


def coverage(vectors, some):
    return ((1 + vectors @ vectors.T) / 2)[:, list(some)].max(axis=1).sum()


@given(st.integers(0, 10_000))
def test_the_greedy_cover_is_the_best_next_each_time_and_near_the_best_of_all(seed):
    vectors = drawn(seed).astype(np.float32)
    chosen = covering(vectors, 3)
    for done in range(3):
        left = set(range(7)) - set(chosen[:done])
        values = {place: coverage(vectors, [*chosen[:done], place]) for place in left}
        assert values[chosen[done]] == pytest.approx(max(values.values()), abs=1e-5)
    best = max(coverage(vectors, some) for some in itertools.combinations(range(7), 3))
    assert coverage(vectors, chosen) >= (1 - 1 / np.e) * best


def radius(vectors, some):
    distances = np.linalg.norm(vectors[:, None] - vectors[list(some)], axis=2)
    return distances.min(axis=1).max()


@given(st.integers(0, 10_000))
def test_no_candidate_is_farther_than_twice_the_best_radius(seed):
    vectors = drawn(seed).astype(np.float32)
    chosen = farthest_first(vectors, 3)
    assert chosen[0] == 0
    best = min(radius(vectors, some) for some in itertools.combinations(range(7), 3))
    assert radius(vectors, chosen) <= 2 * best + 1e-5


@pytest.mark.parametrize("choose", [covering, farthest_first])
def test_equal_candidates_keep_their_order(choose):
    assert choose(np.ones((4, 1), dtype=np.float32), 9) == [0, 1, 2, 3]


@ALL
def test_of_two_groups_and_two_places_each_group_has_one(kind):
    places = np.array([[1, 0.01, 0], [1, 0, 0], [1, 0, 0.01], [0.3, 1, 0], [0.3, 1, 0.01]])
    places = np.vstack([places, ASKED])
    places = places / np.linalg.norm(places, axis=1, keepdims=True)
    more = {"scale": 1.0} if kind is DPP else {}
    select = kind(2, First(2), Placed(places), **more).fit(POOL[:5])
    chosen = {demo.id for demo in select(Question("q", "5"))}
    assert len(chosen & {"pool-3", "pool-4"}) == 1


@ALL
def test_zero_vectors_are_candidates_like_others(kind):
    select = kind(3, First(3), Placed(np.zeros((6, 3)))).fit(POOL)
    assert len({demo.id for demo in select(Question("q", "5"))}) == 3


@pytest.mark.parametrize(
    ("fields", "message"),
    [({"candidates": 2}, "candidates is 2, and k is 3"), ({"text": "{x}"}, "cannot be filled in")],
)
@ALL
def test_what_makes_no_sense_is_refused(kind, fields, message):
    with pytest.raises(ValueError, match=message):
        kind(3, First(3), Placed(ITEMS), **fields)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan")])
def test_a_scale_that_is_none_is_refused(scale):
    with pytest.raises(ValueError, match="expected a number above 0"):
        DPP(1, First(1), Placed(ITEMS), scale)


@pytest.mark.parametrize("seed", range(6))
def test_gains_that_are_not_computed_anew_change_no_choice_of_facility_location(seed):
    draw = np.random.default_rng(seed)
    vectors = draw.normal(size=(30 + 40 * seed, 8)).astype(np.float32)
    vectors[::3] = vectors[0]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    similarity = (1 + vectors.astype(np.float64) @ vectors.astype(np.float64).T) / 2
    covered, chosen = np.zeros(len(vectors)), []
    for _ in range(12):
        gain = np.maximum(similarity, covered).sum(axis=1)
        gain[chosen] = -np.inf
        chosen.append(int(np.flatnonzero(gain >= gain.max() - 1e-6)[0]))
        covered = np.maximum(covered, similarity[chosen[-1]])
    assert covering(vectors, 12) == chosen
