"""Prediction-powered inference: its closed form, and how often its interval holds the truth."""

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest

from promptlab.analysis.statistics.judges.prediction_powered import best_weight, corrected_mean


def test_it_is_the_closed_form() -> None:
    people, judged, others = [1, 0, 1, 1], [1, 1, 1, 0], [1, 1, 0, 1, 1, 0]
    # Mean of the others 4/6, mean error 0; variances 4/15 of 6 and 2/3 of 4.
    found = corrected_mean(people, judged, others, weight=1)
    reach = NormalDist().inv_cdf(0.975) * sqrt(4 / 15 / 6 + 2 / 3 / 4)
    assert found.value == pytest.approx(4 / 6)
    assert (found.low, found.high) == pytest.approx((4 / 6 - reach, 4 / 6 + reach))


def test_a_judge_who_is_always_right_makes_it_the_mean_of_all_the_others() -> None:
    found = corrected_mean([1, 0, 1], [1, 0, 1], [1, 1, 0, 1], weight=1)
    assert found.value == pytest.approx(0.75)


def test_with_no_weight_it_is_the_mean_of_the_people() -> None:
    people = np.random.default_rng(0).random(30)
    found = corrected_mean(people, np.ones(30), np.ones(100))
    assert found.value == pytest.approx(people.mean())
    assert found.high - found.value == pytest.approx(
        NormalDist().inv_cdf(0.975) * people.std(ddof=1) / sqrt(30)
    )


def test_the_best_weight_is_the_better_the_judge_the_larger() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(400)
    good, bad = truth + rng.normal(0, 0.1, 400), rng.random(400)
    weights = [best_weight(truth[:80], each[:80], each[80:]) for each in (good, bad)]
    assert weights[0] > 0.6
    assert weights[1] < 0.2


@pytest.mark.parametrize("weight", [None, 1.0])
def test_the_interval_holds_the_truth_as_often_as_it_says(weight) -> None:
    rng, held = np.random.default_rng(0), 0
    for _ in range(400):
        truth = rng.random(500) < 0.4
        judged = np.where(rng.random(500) < 0.75, truth, ~truth)
        found = corrected_mean(truth[:60], judged[:60], judged[60:], weight=weight)
        held += found.low <= 0.4 <= found.high
    assert 0.91 <= held / 400 <= 0.98


@pytest.mark.parametrize(("people", "judged"), [([1], [1]), ([1, 0], [1, 0, 1])])
def test_too_few_labels_are_refused(people, judged) -> None:
    with pytest.raises(ValueError, match="expected as many, and two at least"):
        corrected_mean(people, judged, [1, 0])
