"""Copies of a member keep the pool's order, whatever rounding says; the rest is the definition."""

from functools import partial

import numpy as np
import pytest

from promptlab.index.embedding import Texts
from promptlab.selection.diverse.dpp import kernel_row, spread, weights
from promptlab.selection.diverse.facility_location import covering
from promptlab.selection.diverse.k_center import farthest_first
from promptlab.selection.diverse.kmeans import clusters_of
from promptlab.selection.diverse.mmr import marginal
from promptlab.selection.diverse.ties import first_highest

DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def mmr(vectors, asked, count):
    return marginal(vectors @ asked, vectors, 0.5, count)


def dpp(vectors, asked, count):
    precise = vectors.astype(np.float64)
    weight = weights(precise, asked, 0.1)
    prior = weight**2 * ((precise**2).sum(axis=1) + 1) / 2
    return spread(prior, partial(kernel_row, weight, precise), count)


def facility_location(vectors, _asked, count):
    return covering(vectors, count)


def k_center(vectors, _asked, count):
    return farthest_first(vectors, count)


EVERY = pytest.mark.parametrize("choose", [mmr, dpp, facility_location, k_center])


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def pool_of_copies(seed, dtype):
    """Members that stand there several times in any order, rounded each in its own way."""
    chance = np.random.default_rng(seed)
    kinds = chance.permutation(np.repeat(np.arange(6), chance.integers(1, 5, size=6)))
    apart, asked = unit(chance.normal(size=(6, 384))), unit(chance.normal(size=(1, 384)))[0]
    noise = chance.normal(size=(len(kinds), 384)) * np.finfo(dtype).eps / 8
    return kinds, (apart[kinds] + noise).astype(dtype), asked.astype(dtype), apart


@EVERY
@DTYPES
def test_copies_are_chosen_in_the_order_of_the_pool(choose, dtype):
    for seed in range(100):
        kinds, vectors, asked, _ = pool_of_copies(seed, dtype)
        order = choose(vectors, asked, len(kinds))
        assert sorted(order) == list(range(len(kinds)))
        for kind in range(6):
            places = [place for place in order if kinds[place] == kind]
            assert places == sorted(places)


def brute(kinds, value):
    """Choose by the definition, of equal ones the first, in exact values of each kind."""
    chosen = []
    while len(chosen) < 6:
        left = [place for place in range(len(kinds)) if place not in chosen]
        worth = {place: value([kinds[i] for i in chosen], kinds[place]) for place in left}
        highest = max(worth.values())
        chosen.append(next(place for place in left if worth[place] > highest - 1e-9))
    return chosen


@pytest.mark.parametrize("seed", range(25))
@DTYPES
def test_what_is_chosen_is_the_definition_by_brute_force(seed, dtype):
    kinds, vectors, asked, apart = pool_of_copies(seed, dtype)
    cosine, relevance = apart @ apart.T, apart @ asked
    like = (1 + cosine[:, kinds]) / 2

    def margin(chosen, kind):
        near = max((cosine[kind, other] for other in chosen), default=0.0)
        return relevance[kind] if not chosen else relevance[kind] / 2 - near / 2

    def cover(chosen, kind):
        return like[[*chosen, kind]].max(axis=0).sum()

    def distance(chosen, kind):
        return -max((cosine[kind, other] for other in chosen), default=-1.0)

    assert mmr(vectors, asked, 6) == brute(kinds, margin)
    assert facility_location(vectors, asked, 6) == brute(kinds, cover)
    assert k_center(vectors, asked, 6) == brute(kinds, distance)


def test_rounding_at_a_step_tells_nobody_apart():
    values = np.array([0.1234564999, 0.1234565001, 0.1234564999])
    assert len(set(np.round(values, 6))) == 2
    assert first_highest(values) == 0
    assert first_highest(np.array([-np.inf, 0.1, 0.5, 0.5])) == 2


class Given:
    """Has the vectors that it is given, copies with one text."""

    identity = "given"

    def __init__(self, apart):
        self.apart = apart.astype(np.float32)

    def encode(self, texts):
        return self.apart[[int(text) for text in texts]]


@pytest.mark.parametrize("seed", range(10))
def test_copies_stand_in_their_cluster_in_the_order_of_the_pool(seed):
    kinds, _, _, apart = pool_of_copies(seed, np.float32)
    texts = Texts.of([str(kind) for kind in kinds], Given(apart))
    for cluster in clusters_of(texts, 3, seed, 2):
        for kind in range(6):
            places = [place for place in cluster if kinds[place] == kind]
            assert places == sorted(places)
            assert not places or len(places) == list(kinds).count(kind)
