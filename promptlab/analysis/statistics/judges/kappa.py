"""Agreement of two judges beyond chance, by scikit-learn; its interval from the table's cells.

Cohen, A Coefficient of Agreement for Nominal Scales, 1960; with quadratic weights, for grades of a
scale: Cohen, Weighted Kappa, 1968.
"""

import warnings
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score

from promptlab.analysis.statistics.judges.estimate import UNKNOWN, Estimate, Floats, of_sums


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
    if not len(one):
        return UNKNOWN
    first, second = np.asarray(one, dtype=int), np.asarray(other, dtype=int)
    classes = np.unique(np.concatenate([first, second]))
    cells = np.searchsorted(classes, first) * len(classes) + np.searchsorted(classes, second)
    cost = _cost(classes, weighted)
    parts = np.eye(len(classes) ** 2)[cells]
    found = of_sums(lambda sums: of_tables(sums, cost), parts, clusters, seed=seed)
    return found._replace(value=_of_sklearn(first, second, weighted))


def of_tables(cells: Floats, cost: Floats) -> Floats:
    """Return the kappa of each table of counts.

    Args:
        cells: Shape (tables, classes²).
        cost: Of each kind of disagreement, shape (classes, classes).
    """
    tables = cells.reshape(len(cells), *cost.shape)
    expected = tables.sum(axis=2)[:, :, None] * tables.sum(axis=1)[:, None, :]
    total: Floats = tables.sum(axis=(1, 2))
    seen: Floats = (tables * cost).sum(axis=(1, 2))
    chance: Floats = (expected * cost).sum(axis=(1, 2))
    return 1 - seen * total / chance


def _cost(classes: NDArray[np.int_], weighted: bool) -> Floats:
    apart: Floats = (classes[:, None] - classes[None, :]).astype(np.float64)
    return apart**2 if weighted else (apart != 0).astype(np.float64)


def _of_sklearn(one: NDArray[np.int_], other: NDArray[np.int_], weighted: bool) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where all are one class, there is none
        weights = "quadratic" if weighted else None
        # It weighs by the classes' places: those between count, though nobody used them.
        lowest, highest = int(min(one.min(), other.min())), int(max(one.max(), other.max()))
        labels = list(range(lowest, highest + 1))
        return float(cohen_kappa_score(one, other, labels=labels, weights=weights))
