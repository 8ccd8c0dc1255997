"""Batch calibration of recorded answers: by the closed form, and nobody is asked."""

import pytest

from promptlab.strategy.calibration.recorded import prior, recalibrated
from promptlab.types import Answer


def answer(**votes: float) -> Answer:
    ranked = sorted(votes.items(), key=lambda vote: -vote[1])
    return Answer(ranked[0][0], votes=tuple(ranked))


def test_probabilities_are_divided_by_their_mean_over_the_run() -> None:
    batch = [answer(good=0.9, bad=0.1), answer(good=0.6, bad=0.4)]
    assert prior(batch) == pytest.approx({"good": 0.75, "bad": 0.25})
    first, second = recalibrated(batch)
    assert dict(first.votes) == pytest.approx({"good": 0.75, "bad": 0.25})
    assert dict(second.votes) == pytest.approx({"bad": 2 / 3, "good": 1 / 3})
    assert (first.text, second.text) == ("good", "bad")


def test_answers_that_could_be_others_are_another_batch() -> None:
    alone, *_ = recalibrated([answer(A=0.9, B=0.1), answer(A=0.2, B=0.3, C=0.5)])
    assert dict(alone.votes) == pytest.approx({"A": 0.5, "B": 0.5})


def test_an_answer_that_nobody_gave_and_one_that_failed_stay_as_they_are() -> None:
    failed = Answer("", outcome="failed")
    certain = answer(good=1.0, bad=0.0)
    assert recalibrated([failed, certain]) == [failed, certain]
    assert recalibrated([]) == []
