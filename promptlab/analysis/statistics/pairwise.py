"""Every pair of many variants, on the same examples, with one set of resamples for all of them."""

from collections.abc import Hashable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from promptlab.analysis.statistics.paired import (
    SIGN_FLIPS,
    Difference,
    compare_binary,
    is_binary,
    summarise,
)
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
