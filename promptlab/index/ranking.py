"""The best of many scores: highest first, ties to the lower index."""

import numpy as np
from numpy.typing import NDArray

from promptlab.index.hit import Hit

BLOCK = 128
"""Scores of which only the highest is looked at first."""


def hits(scores: NDArray[np.float64], count: int) -> list[Hit]:
    """Return the `count` highest scores with their indices, best first."""
    return [Hit(index, float(scores[index])) for index in best(scores, count)]


GRAIN = 1e-6
"""What similarities of unit vectors are rounded to: a text that is encoded with others has a vector
that is as much as this from its own, and a tie must stay one."""


def rescored(
    vectors: NDArray[np.float32],
    found: NDArray[np.int64],
    vector: NDArray[np.float32],
    scale: float = 1.0,
) -> list[Hit]:
    """Compare what was found anew, in float64, each by itself; ties to the lower index.

    Args:
        vectors: All that is searched, shape (size, dimensions).
        found: What was found, by index.
        vector: What it is compared with.
        scale: The highest similarity that there can be.
    """
    grain = GRAIN * scale
    similar = (vectors[found].astype(np.float64) * vector).sum(axis=1)
    similar = np.round(similar / grain) * grain
    order = np.lexsort((found, -similar))
    return [Hit(int(found[place]), float(similar[place])) for place in order]


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
