"""Two variants on the same examples, or every pair of many with one set of resamples for all."""

from collections.abc import Hashable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from promptlab.analysis.statistics.difference import (
    SIGN_FLIPS,
    Difference,
    compare_binary,
    is_binary,
    summarise,
)
from promptlab.analysis.statistics.proportion import Interval
from promptlab.analysis.statistics.resampling import (
    RESAMPLES,
    bca_interval,
    bootstrap_means,
    flip_pvalue,
    flip_signs,
    is_exhaustive,
)
from promptlab.analysis.statistics.scores import (
    Scores,
    check_scores,
    number_clusters,
    sum_by_cluster,
)

Pairs = dict[tuple[int, int], Difference]


def paired_difference(
    a: ArrayLike,
    b: ArrayLike,
    clusters: Sequence[Hashable] | None = None,
    *,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Difference:
    """Compare two variants' scores on the same examples, in the same order.

    Scores of 0 and 1, one for each example, are compared by McNemar's exact test, with the interval
    of Agresti and Min. Other scores, and repeated examples, are compared by flipping the signs of
    the examples' differences (all ways where they are few), with the BCa bootstrap interval.

    Args:
        a: The first variant's scores.
        b: The second variant's scores.
        clusters: The example's id for each score, where examples are repeated (seeds, draws).
        confidence: Of the interval.
        resamples: Of the bootstrap and of the signs.
        seed: Of both.

    Raises:
        ValueError: the numbers of scores differ, or not all are finite.
    """
    first, second = check_scores(a, "a"), check_scores(b, "b")
    if len(first) != len(second):
        raise ValueError(
            f"{len(first)} scores against {len(second)}; expected the same examples in the same "
            "order"
        )
    group = number_clusters(len(first), clusters)
    if is_binary(first, second, group):
        return compare_binary(first, second, confidence)
    sums, sizes = sum_by_cluster(first - second, group)
    pvalue = _flip_test(sums, resamples, seed)
    interval = _bca_difference(sums, sizes, confidence, resamples, seed)
    return summarise(first, second, group, method=SIGN_FLIPS, pvalue=pvalue, interval=interval)


def paired_differences(
    scores: Sequence[ArrayLike],
    clusters: Sequence[Hashable] | None = None,
    *,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Pairs:
    """Compare each variant with every other, as `paired_difference` does.

    Resampled means are linear in the scores, so all pairs share the resamples of their variants:
    thousands of pairs cost little more than one.

    Args:
        scores: of each variant, on the same examples in the same order.
        clusters: the example's id for each score, where examples are repeated.
        confidence: of the intervals.
        resamples: of the bootstrap and of the signs.
        seed: of both.

    Returns:
        The difference of variants i and j, for every i < j.

    Raises:
        ValueError: the variants' scores are not equally many, or not all finite.
    """
    rows = [check_scores(row, f"scores[{index}]") for index, row in enumerate(scores)]
    sizes = {len(row) for row in rows}
    if len(sizes) > 1:
        raise ValueError(f"variants have {sorted(sizes)} scores; expected the same examples")
    group = number_clusters(min(sizes, default=0), clusters)
    pairs = list(combinations(range(len(rows)), 2))
    binary = {pair for pair in pairs if is_binary(rows[pair[0]], rows[pair[1]], group)}
    differences = {(i, j): compare_binary(rows[i], rows[j], confidence) for i, j in binary}
    others = [pair for pair in pairs if pair not in binary]
    if others:
        sampled = _Resamples(rows, group, confidence, resamples, seed)
        differences |= {pair: sampled.difference(*pair) for pair in others}
    return {pair: differences[pair] for pair in pairs}


def _flip_test(sums: Scores, resamples: int, seed: int) -> float:
    """Return the p-value of flipping the signs; examples without a difference have none."""
    moving = sums[sums != 0]
    if not moving.size:
        return 1.0
    totals = flip_signs(moving, resamples, seed)
    is_exact = is_exhaustive(len(moving), resamples)
    return flip_pvalue(totals, moving, is_exact=is_exact)


def _bca_difference(
    sums: Scores, sizes: Scores, confidence: float, resamples: int, seed: int
) -> Interval:
    """Return the BCa interval of the mean difference."""
    mean = float(sums.sum() / sizes.sum())
    means = bootstrap_means(sums, sizes, resamples, seed)
    return bca_interval(means, mean, np.asarray(sums - sizes * mean), confidence)


class _Resamples:
    """The resampled means and flipped sums of all variants."""

    def __init__(
        self,
        rows: Sequence[Scores],
        group: NDArray[np.intp],
        confidence: float,
        resamples: int,
        seed: int,
    ) -> None:
        self.rows, self.group, self.confidence = rows, group, confidence
        added_up = [sum_by_cluster(row, group) for row in rows]
        self.sums = np.stack([sums for sums, _ in added_up], axis=1)
        self.sizes = added_up[0][1]
        self.means = bootstrap_means(self.sums, self.sizes, resamples, seed)
        self.flipped = flip_signs(self.sums, resamples, seed)
        self.is_exact = is_exhaustive(len(self.sums), resamples)

    def difference(self, i: int, j: int) -> Difference:
        """Compare two variants."""
        sums = self.sums[:, i] - self.sums[:, j]
        mean = float(sums.sum() / self.sizes.sum())
        flipped = self.flipped[:, i] - self.flipped[:, j]
        pvalue = flip_pvalue(flipped, sums, is_exact=self.is_exact)
        means = self.means[:, i] - self.means[:, j]
        interval = bca_interval(means, mean, sums - self.sizes * mean, self.confidence)
        return summarise(
            self.rows[i],
            self.rows[j],
            self.group,
            method=SIGN_FLIPS,
            pvalue=pvalue,
            interval=interval,
        )
