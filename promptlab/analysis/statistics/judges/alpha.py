"""Agreement of any number of judges, some of whom may say nothing of some things.

Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011: one less the disagreement that is
seen over that which chance alone would have, over all pairs of verdicts on one thing.
"""

from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from promptlab.analysis.statistics.judges.estimate import Estimate, Floats, of_sums

Level = Literal["nominal", "interval"]


def alpha(
    verdicts: ArrayLike,
    level: Level = "nominal",
    clusters: Sequence[Hashable] | None = None,
    *,
    seed: int = 0,
) -> Estimate:
    """Return Krippendorff's alpha with its bootstrap interval; NaN where all verdicts are alike.

    Args:
        verdicts: Numbers, shape (things, judges); NaN where a judge says nothing.
        level: `nominal`, where verdicts are the same or not; `interval`, where their distance
            counts, squared.
        clusters: What things share that belong together.
        seed: Of the resamples.

    Raises:
        ValueError: the verdicts are no table.
    """
    table = np.asarray(verdicts, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"verdicts of shape {table.shape}; expected (things, judges)")
    said = (~np.isnan(table)).sum(axis=1)
    paired = np.where((said > 1)[:, None], table, np.nan)
    how = (_nominal, _of_nominal) if level == "nominal" else (_interval, _of_interval)
    return of_sums(how[1], how[0](paired), clusters, seed=seed)


def _nominal(table: Floats) -> Floats:
    """Return of each thing how far its verdicts disagree, and how often each was given."""
    values = np.unique(table[~np.isnan(table)])
    counts = (table[:, :, None] == values).sum(axis=1).astype(np.float64)
    said = counts.sum(axis=1)
    apart = (said**2 - np.square(counts).sum(axis=1)) / np.maximum(said - 1, 1)
    return np.column_stack([apart, counts])


def _of_nominal(sums: Floats) -> Floats:
    apart, counts = sums[:, 0], sums[:, 1:]
    n = counts.sum(axis=1)
    chance = (n**2 - np.square(counts).sum(axis=1)) / (n - 1)
    return np.asarray(1 - apart / chance, dtype=np.float64)


def _interval(table: Floats) -> Floats:
    """Return of each thing how far its verdicts disagree, their number, sum and squares' sum."""
    there = ~np.isnan(table)
    # Of the middle, since differences of large sums would lose digits.
    values = np.where(there, table - np.nanmean(table) if there.any() else 0.0, 0.0)
    said = there.sum(axis=1).astype(np.float64)
    sums, squares = values.sum(axis=1), np.square(values).sum(axis=1)
    apart = 2 * (said * squares - sums**2) / np.maximum(said - 1, 1)
    return np.column_stack([apart, said, sums, squares])


def _of_interval(sums: Floats) -> Floats:
    apart, n, total, squares = sums.T
    chance = 2 * (n * squares - total**2) / (n - 1)
    return np.where(chance > 1e-12 * n, 1 - apart / chance, np.nan)
