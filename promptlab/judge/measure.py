"""A figure of a judge, with its interval, and what it says."""

from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

import numpy as np

from promptlab.analysis.statistics import wilson
from promptlab.analysis.statistics.judges.estimate import Estimate, of_sums


class Measure(NamedTuple):
    """What it is called, how much it is, and what it says."""

    name: str
    estimate: Estimate
    meaning: str


def mean_of(name: str, scores: Sequence[float], ids: Sequence[str], meaning: str) -> Measure:
    """Return the mean of scores, of which those of one question are resampled together.

    The interval of a share of independent answers is Wilson's (1927), and so it is where all say
    the same, of which resamples know no spread.
    """
    apart = len(set(ids))
    if scores and set(scores) <= {0, 1} and (apart == len(scores) or len(set(scores)) == 1):
        low, high = wilson(round(sum(scores) / len(scores) * apart), apart)
        return Measure(name, Estimate(fmean(scores), low, high, len(scores)), meaning)
    parts = np.column_stack([np.array(scores, dtype=np.float64), np.ones(len(scores))])
    found = of_sums(lambda sums: sums[:, 0] / sums[:, 1], parts, ids)
    return Measure(name, found, meaning)


def is_right(value: float) -> bool:
    """Return whether a grade from 0 to 1 calls an answer right: it is above the middle."""
    return value > 0.5
