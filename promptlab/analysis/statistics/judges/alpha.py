"""Agreement of any number of judges, some of whom may say nothing of some things.

Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011: one less the disagreement that is
seen over that which chance alone would have, over all pairs of verdicts on one thing.
"""

from collections.abc import Hashable, Sequence
from math import nan
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from promptlab.analysis.statistics.judges.estimate import Estimate, bootstrapped

Level = Literal["nominal", "interval"]
Floats = NDArray[np.float64]


def alpha(
    verdicts: ArrayLike,
    level: Level = "nominal",
    clusters: Sequence[Hashable] | None = None,
    *,
    seed: int = 0,
) -> Estimate:
    """Return Krippendorff's alpha with its bootstrap interval.

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
    values = np.unique(table[~np.isnan(table)])
    counts = np.stack([(table == value).sum(axis=1) for value in values], axis=1)
    distance = _distance(values, level)
    return bootstrapped(
        lambda rows: _alpha(counts[rows].astype(np.float64), distance),
        len(table),
        clusters,
        seed=seed,
    )


def _distance(values: Floats, level: Level) -> Floats:
    apart = values[:, None] - values[None, :]
    return np.square(apart) if level == "interval" else (apart != 0).astype(np.float64)


def _alpha(counts: Floats, distance: Floats) -> float:
    """Reckon from how often each value was given to each thing, shape (things, values)."""
    said = counts.sum(axis=1)
    paired = counts[said > 1]
    total = paired.sum(axis=0)
    n = total.sum()
    if n == 0:
        return nan
    weight = 1 / (paired.sum(axis=1) - 1)
    seen = float(np.einsum("ui,uj,ij,u->", paired, paired, distance, weight)) / n
    chance = float(total @ distance @ total) / (n * (n - 1))
    return 1 - seen / chance if chance > 0 else nan
