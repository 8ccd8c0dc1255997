"""What is said of a run's confidence has the values of its closed forms, and of scikit-learn."""

import random

import pytest
from sklearn import metrics as sklearn

from promptlab.metric.confidence.auroc import auroc
from promptlab.metric.confidence.brier import brier
from promptlab.metric.confidence.diagram import diagrams
from promptlab.metric.confidence.ece import bins, ece
from promptlab.metric.confidence.known import reliability
from promptlab.metric.confidence.log_loss import log_loss
from promptlab.metric.confidence.selective import accuracy_at, area_under_coverage, curve
from promptlab.types import Answer, Example, Question, Trial

CHANCE = random.Random(3)
SURE = [CHANCE.randint(0, 10) / 10 for _ in range(60)]
RIGHT = [CHANCE.random() < share for share in SURE]


def test_proper_scores_and_auroc_are_scikit_learns():
    assert brier(SURE, RIGHT) == pytest.approx(sklearn.brier_score_loss(RIGHT, SURE))
    assert log_loss(SURE, RIGHT) == pytest.approx(sklearn.log_loss(RIGHT, SURE))
    assert auroc(SURE, RIGHT) == pytest.approx(sklearn.roc_auc_score(RIGHT, SURE))


def test_a_bin_is_as_wrong_as_its_confidence_is_from_its_accuracy():
    assert ece([0.8] * 4, [True, True, False, False]) == pytest.approx(0.3)
    assert ece([0.95, 0.55], [True, False]) == pytest.approx((0.05 + 0.55) / 2)
    assert [each.n for each in bins([0.0, 0.1, 0.11, 1.0], [True] * 4)] == [2, 1, 1]


def test_the_order_of_right_and_wrong_needs_both():
    assert auroc([0.9, 0.8], [True, True]) is None
    assert auroc([0.5, 0.5], [True, False]) == 0.5


def test_the_surer_half_is_scored_and_equals_share_their_accuracy():
    sure, right = [0.9, 0.8, 0.7, 0.6], [True, True, False, False]
    assert curve(sure, right) == pytest.approx([1, 1, 2 / 3, 1 / 2])
    assert accuracy_at(0.5, sure, right) == 1
    assert area_under_coverage(sure, right) == pytest.approx((1 + 1 + 2 / 3 + 1 / 2) / 4)
    assert curve([0.5, 0.5], [True, False]) == curve([0.5, 0.5], [False, True]) == [0.5, 0.5]


def trial(answer, gold="甲"):
    right = {"accuracy": float(answer.text == gold)}
    return Trial(Example(Question("q", "?"), gold), (), (), answer, right)


def test_confidence_is_the_share_of_the_votes_and_unknown_without_any():
    assert Answer("甲", votes=(("甲", 3), ("乙", 1))).confidence == 0.75
    assert Answer("甲").confidence is None
    assert Answer("", votes=(("甲", 1),), outcome="abstained").confidence is None
    assert reliability([trial(Answer("甲"))]) == {}
    told = reliability([trial(Answer("甲", votes=(("甲", 3), ("乙", 1)))), trial(Answer("甲"))])
    assert (told["confident_n"], told["brier"], told["ece"]) == (1, 0.0625, 0.25)
    assert "auroc" not in told


def test_the_diagrams_of_a_run_are_by_share_and_by_margin():
    votes = [(("甲", 3), ("乙", 1)), (("乙", 2), ("甲", 2)), (("甲", 1),)]
    told = diagrams(
        [trial(Answer(each[0][0], votes=each)) for each in votes] + [trial(Answer("甲"))]
    )
    assert told["share"]["bins"] == [
        {"n": 1, "confidence": 0.5, "accuracy": 0.0},
        {"n": 1, "confidence": 0.75, "accuracy": 1.0},
        {"n": 1, "confidence": 1.0, "accuracy": 1.0},
    ]
    assert [each["confidence"] for each in told["margin"]["bins"]] == [0.0, 0.5, 1.0]
    assert told["share"]["coverage"] == pytest.approx([1] * 6 + [2 / 3] * 4)
    assert diagrams([trial(Answer("甲"))]) == {}
