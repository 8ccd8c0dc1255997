"""The best of many scores: highest first, ties to the lower index."""

import numpy as np
from numpy.typing import NDArray


def best(scores: NDArray[np.float64], count: int) -> list[int]:
    """Return the indices of the `count` highest scores, best first; all where there are fewer."""
    count = min(count, len(scores))
    if count == 0:
        return []
    bar = np.partition(scores, -count)[-count]
    above = np.flatnonzero(scores > bar)
    ranked = above[np.argsort(-scores[above], kind="stable")]
    level = np.flatnonzero(scores == bar)[: count - len(above)]
    return [*ranked.tolist(), *level.tolist()]
