"""Selective accuracy: how often the answers are right that are given, if the unsure are withheld.

El-Yaniv and Wiener, On the Foundations of Noise-free Selective Classification, 2010; Geifman and
El-Yaniv, 2017 (https://arxiv.org/abs/1705.08500). Among answers that are equally sure the order is
chance, so each counts as the mean of them all.
"""

from collections.abc import Sequence
from itertools import accumulate, groupby
from math import ceil


def curve(confidence: Sequence[float], right: Sequence[bool]) -> list[float]:
    """Return the accuracy of the surest answer, of the two surest, and so on to all."""
    pairs = sorted(zip(confidence, right, strict=True), reverse=True)
    expected: list[float] = []
    for _, group in groupby(pairs, key=lambda pair: pair[0]):
        came = [is_right for _, is_right in group]
        expected += [sum(came) / len(came)] * len(came)
    return [hits / n for n, hits in enumerate(accumulate(expected), start=1)]


def accuracy_at(coverage: float, confidence: Sequence[float], right: Sequence[bool]) -> float:
    """Return the accuracy of the surest share `coverage` of the answers, at least one of them."""
    return curve(confidence, right)[max(ceil(coverage * len(right)), 1) - 1]


def area_under_coverage(confidence: Sequence[float], right: Sequence[bool]) -> float:
    """Return the mean of the accuracies over all coverages."""
    return sum(curve(confidence, right)) / len(right)
