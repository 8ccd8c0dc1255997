"""A figure with its interval: the percentile bootstrap over questions (Efron, 1979).

What belongs to one question (its answers by several runs, its repeats) is drawn together, as it is
not independent.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from math import isfinite, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from promptlab.analysis.statistics.scores import number_clusters

RESAMPLES = 1_000
Rows = NDArray[np.intp]


class Estimate(NamedTuple):
    """A figure, its interval, and of how many it is; NaN where it is not defined."""

    value: float
    low: float
    high: float
    n: int


UNKNOWN = Estimate(nan, nan, nan, 0)


def bootstrapped(
    figure: Callable[[Rows], float],
    n: int,
    clusters: Sequence[Hashable] | None = None,
    *,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Return a figure of `n` rows with its percentile interval.

    Args:
        figure: Of the rows with these numbers; NaN where it is not defined for them.
        n: How many rows there are.
        clusters: What rows share that belong together, such as a question's id.
        confidence: Of the interval.
        resamples: How many; those without a figure are left out.
        seed: Of the draws.
    """
    if n == 0:
        return UNKNOWN
    value = figure(np.arange(n))
    if not isfinite(value):
        return Estimate(nan, nan, nan, n)
    drawn = [figure(rows) for rows in resampled(n, clusters, resamples, seed)]
    known = [each for each in drawn if isfinite(each)]
    if not known:
        return Estimate(value, nan, nan, n)
    low, high = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Estimate(value, float(low), float(high), n)


def resampled(
    n: int, clusters: Sequence[Hashable] | None, resamples: int, seed: int
) -> Iterator[Rows]:
    """Yield the numbers of the rows of each resample."""
    number = number_clusters(n, clusters)
    members = [np.flatnonzero(number == cluster) for cluster in range(int(number.max()) + 1)]
    rng = np.random.default_rng(seed)
    for _ in range(resamples):
        yield np.concatenate([members[k] for k in rng.integers(len(members), size=len(members))])
