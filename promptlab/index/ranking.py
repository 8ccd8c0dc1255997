"""The best of many scores: highest first, ties to the lower index."""

import numpy as np
from numpy.typing import NDArray

from promptlab.index.hit import Hit

BLOCK = 128
"""Scores of which only the highest is looked at first."""


def hits(scores: NDArray[np.float64], count: int) -> list[Hit]:
    """Return the `count` highest scores with their indices, best first."""
    return [Hit(index, float(scores[index])) for index in best(scores, count)]


def best(scores: NDArray[np.float64], count: int) -> list[int]:
    """Return the indices of the `count` highest scores, best first; all where there are fewer."""
    count = min(count, len(scores))
    if count == 0:
        return []
    near = np.flatnonzero(scores >= _floor(scores, count))
    found = scores[near]
    bar = np.partition(found, -count)[-count]
    above = np.flatnonzero(found > bar)
    ranked = above[np.argsort(-found[above], kind="stable")]
    level = np.flatnonzero(found == bar)[: count - len(above)]
    chosen: list[int] = near[np.concatenate([ranked, level])].tolist()
    return chosen


def _floor(scores: NDArray[np.float64], count: int) -> np.float64:
    """Return a score that at least `count` others reach, and few more: as many blocks hold one."""
    highest = np.maximum.reduceat(scores, np.arange(0, len(scores), BLOCK))
    among = highest if len(highest) >= count else scores
    floor: np.float64 = np.partition(among, -count)[-count]
    return floor
