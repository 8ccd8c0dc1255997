"""The figures of classes are scikit-learn's."""

import random

import pytest
from sklearn import metrics as sklearn

from promptlab.metric.classes.mcc import mcc
from promptlab.metric.classes.micro_f1 import micro_f1

CHANCE = random.Random(5)
PAIRS = [(CHANCE.choice(["甲", "b", "c", ""]), CHANCE.choice("甲bc")) for _ in range(50)]
SAID, GOLD = zip(*PAIRS, strict=True)


def test_micro_f1_is_scikit_learns_over_the_classes_that_can_be_met():
    expected = sklearn.f1_score(GOLD, SAID, labels=["甲", "b", "c"], average="micro")
    assert micro_f1(PAIRS) == pytest.approx(expected)
    assert micro_f1([]) == 0


def test_matthews_correlation_is_scikit_learns():
    assert mcc(PAIRS) == pytest.approx(sklearn.matthews_corrcoef(GOLD, SAID))
    assert mcc([("b", "b"), ("b", "c")]) == mcc([]) == 0
    assert mcc([("b", "c"), ("c", "b")]) == pytest.approx(-1)
