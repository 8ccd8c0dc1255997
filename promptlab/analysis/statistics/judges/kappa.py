"""Agreement of two judges beyond chance, by scikit-learn.

Cohen, A Coefficient of Agreement for Nominal Scales, 1960; with quadratic weights, for grades of a
scale: Cohen, Weighted Kappa, 1968.
"""

import warnings
from collections.abc import Hashable, Sequence
from math import nan

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score

from promptlab.analysis.statistics.judges.estimate import Estimate, bootstrapped

FEW = 2
"""Classes that somebody must have used, for an agreement to be beyond chance."""


def kappa(
    one: Sequence[int],
    other: Sequence[int],
    clusters: Sequence[Hashable] | None = None,
    *,
    weighted: bool = False,
    seed: int = 0,
) -> Estimate:
    """Return Cohen's kappa with its interval; NaN where all verdicts are one and the same.

    Args:
        one: The classes that one judge gives; a whole number each.
        other: Those that the other gives to the same.
        clusters: What rows share that belong together.
        weighted: Weigh disagreements by their squared distance.
        seed: Of the resamples.

    Raises:
        ValueError: they are not equally many.
    """
    if len(one) != len(other):
        raise ValueError(f"{len(one)} verdicts and {len(other)}; expected one for one")
    first, second = np.asarray(one, dtype=int), np.asarray(other, dtype=int)
    weights = "quadratic" if weighted else None
    return bootstrapped(
        lambda rows: _kappa(first[rows], second[rows], weights), len(first), clusters, seed=seed
    )


def _kappa(one: NDArray[np.int_], other: NDArray[np.int_], weights: str | None) -> float:
    """Reckon from the cells of the table, which are few however long the lists."""
    cells, counts = np.unique(np.stack([one, other]), axis=1, return_counts=True)
    if len(np.unique(cells)) < FEW:
        return nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(cohen_kappa_score(*cells, weights=weights, sample_weight=counts))
