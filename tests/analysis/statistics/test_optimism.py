"""How much too high the best of many is."""

import numpy as np
import pytest

from promptlab.analysis.statistics import optimism


def test_one_variant_is_not_chosen_and_a_far_better_one_not_by_chance():
    assert optimism([[0.0, 1.0] * 50]) == pytest.approx(0, abs=0.005)
    assert optimism([[1.0] * 40, [0.0] * 40]) == 0


def test_the_best_of_many_is_too_high_by_about_as_much_as_is_found():
    rng, true, found = np.random.default_rng(0), [], []
    for seed in range(60):
        chances = np.clip(rng.normal(0.5, 0.1, size=(20, 1)), 0, 1)
        scores = (rng.random((20, 80)) < chances).astype(float)
        best = scores.mean(axis=1).argmax()
        true.append(scores[best].mean() - chances[best, 0])
        found.append(optimism(scores, resamples=199, seed=seed))
    assert np.mean(found) == pytest.approx(np.mean(true), abs=0.012)
    assert np.mean(true) > 0.02


def test_it_depends_on_the_seed_alone():
    scores = np.random.default_rng(1).random((5, 30))
    assert optimism(scores, seed=3) == optimism(scores, seed=3) > 0


def test_what_is_no_score_is_refused():
    with pytest.raises(ValueError, match=r"scores\[1\]\[0\] is nan"):
        optimism([[1.0], [float("nan")]])
