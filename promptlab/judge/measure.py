"""A figure of a judge, with its interval, and what it says."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from promptlab.analysis.statistics.judges.estimate import Estimate, of_sums


class Measure(NamedTuple):
    """What it is called, how much it is, and what it says."""

    name: str
    estimate: Estimate
    meaning: str


def mean_of(name: str, scores: Sequence[float], ids: Sequence[str], meaning: str) -> Measure:
    """Return the mean of scores, of which those of one question are resampled together."""
    parts = np.column_stack([np.array(scores, dtype=np.float64), np.ones(len(scores))])
    found = of_sums(lambda sums: sums[:, 0] / sums[:, 1], parts, ids)
    return Measure(name, found, meaning)


def is_right(value: float) -> bool:
    """Return whether a grade from 0 to 1 calls an answer right: it is above the middle."""
    return value > 0.5


def side(preference: float) -> int:
    """Return which answer a preference is for: 1 the first, -1 the second, 0 neither."""
    return 0 if abs(preference - 0.5) < 1e-9 else (1 if preference > 0.5 else -1)
