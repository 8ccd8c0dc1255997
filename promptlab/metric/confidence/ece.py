"""Expected calibration error: how far confidence and accuracy are apart, bin by bin.

Naeini et al., Obtaining Well Calibrated Probabilities Using Bayesian Binning, 2015; Guo et al., On
Calibration of Modern Neural Networks, 2017 (https://arxiv.org/abs/1706.04599).
"""

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

BINS = 10


class Bin(NamedTuple):
    """The answers whose confidence is in one interval: how many, how sure, how many right."""

    n: int
    confidence: float
    accuracy: float


def bins(confidence: Sequence[float], right: Sequence[bool], count: int = BINS) -> list[Bin]:
    """Sort answers into bins of equal width, (0, 0.1] and on; those that hold none are left out."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for share, is_right in zip(confidence, right, strict=True):
        held.setdefault(max(ceil(share * count), 1), []).append((share, is_right))
    return [
        Bin(
            len(pairs),
            sum(share for share, _ in pairs) / len(pairs),
            sum(is_right for _, is_right in pairs) / len(pairs),
        )
        for _, pairs in sorted(held.items())
    ]


def ece(confidence: Sequence[float], right: Sequence[bool], count: int = BINS) -> float:
    """Return the mean distance of confidence and accuracy, each bin weighed by its answers."""
    apart = (
        each.n * abs(each.confidence - each.accuracy) for each in bins(confidence, right, count)
    )
    return sum(apart) / len(right)
