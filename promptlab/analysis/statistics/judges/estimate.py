"""A figure with its interval: the percentile bootstrap over questions (Efron, 1979).

What belongs to one question (its answers by several runs, its repeats) is drawn together, as it is
not independent.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from math import isfinite, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from promptlab.analysis.statistics.scores import number_clusters

RESAMPLES = 1_000
Rows = NDArray[np.intp]
Floats = NDArray[np.float64]


class Estimate(NamedTuple):
    """A figure, its interval, and of how many it is; NaN where it is not defined."""

    value: float
    low: float
    high: float
    n: int


UNKNOWN = Estimate(nan, nan, nan, 0)


def of_sums(
    figure: Callable[[Floats], Floats],
    parts: ArrayLike,
    clusters: Sequence[Hashable] | None = None,
    *,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Return a figure of what rows add up to, with its percentile interval.

    Args:
        figure: From sums, shape (many, parts), to figures, shape (many,); NaN where there is none.
        parts: Of each row, shape (rows, parts).
        clusters: What rows share that belong together, such as a question's id.
        confidence: Of the interval.
        resamples: How many; those without a figure are left out.
        seed: Of the draws.
    """
    rows = np.asarray(parts, dtype=np.float64)
    if not len(rows):
        return UNKNOWN
    number = number_clusters(len(rows), clusters)
    sums = np.zeros((int(number.max()) + 1, rows.shape[1]))
    np.add.at(sums, number, rows)
    weights = np.random.default_rng(seed).multinomial(
        len(sums), np.full(len(sums), 1 / len(sums)), size=resamples
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        value = float(figure(sums.sum(axis=0)[None])[0])
        return interval_of(value, figure(weights @ sums), len(rows), confidence)


def of_rows(
    figure: Callable[[Rows], float],
    n: int,
    clusters: Sequence[Hashable] | None = None,
    *,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Return a figure of the numbers of rows, with its percentile interval: the slower way."""
    if n == 0:
        return UNKNOWN
    value = figure(np.arange(n))
    drawn = [figure(rows) for rows in _resampled(n, clusters, resamples, seed)]
    return interval_of(value, np.array(drawn), n, confidence)


def interval_of(value: float, drawn: Floats, n: int, confidence: float = 0.95) -> Estimate:
    """Return a figure with the interval of what was drawn; none where it is not defined itself."""
    known = drawn[np.isfinite(drawn)]
    if not isfinite(value) or not len(known):
        return Estimate(value if isfinite(value) else nan, nan, nan, n)
    low, high = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Estimate(value, float(low), float(high), n)


def _resampled(
    n: int, clusters: Sequence[Hashable] | None, resamples: int, seed: int
) -> Iterator[Rows]:
    """Yield the numbers of the rows of each resample."""
    number = number_clusters(n, clusters)
    members = [np.flatnonzero(number == cluster) for cluster in range(int(number.max()) + 1)]
    rng = np.random.default_rng(seed)
    for _ in range(resamples):
        yield np.concatenate([members[k] for k in rng.integers(len(members), size=len(members))])
