"""Scores as arrays: read once, checked once, added up by example where one is repeated."""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Scores = NDArray[np.float64]


def check_scores(scores: ArrayLike, name: str = "scores") -> Scores:
    """Return scores as a flat array.

    Raises:
        ValueError: there are none, they are no flat list, or one is not a finite number.
    """
    array = np.asarray(scores, dtype=np.float64)
    if array.ndim != 1 or not array.size:
        raise ValueError(f"{name} has shape {array.shape}; expected a flat list of numbers")
    if not np.isfinite(array).all():
        index = int(np.flatnonzero(~np.isfinite(array))[0])
        raise ValueError(f"{name}[{index}] is {array[index]}; expected finite numbers")
    return array


def number_clusters(n: int, clusters: Sequence[Hashable] | None) -> NDArray[np.intp]:
    """Return the number of the cluster of each of `n` scores; each its own where none are given.

    Raises:
        ValueError: there is not one cluster for each score.
    """
    if clusters is None:
        return np.arange(n)
    if len(clusters) != n:
        raise ValueError(f"{len(clusters)} clusters for {n} scores; expected one for each")
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(cluster, len(numbers)) for cluster in clusters])


def sum_by_cluster(scores: Scores, group: NDArray[np.intp]) -> tuple[Scores, Scores]:
    """Return the sum and the number of the scores of each cluster."""
    sums = np.bincount(group, weights=scores).astype(np.float64)
    return sums, np.bincount(group).astype(np.float64)


def is_zero_or_one(scores: Scores) -> bool:
    """Return whether every score is 0 or 1."""
    return bool(((scores == 0) | (scores == 1)).all())
