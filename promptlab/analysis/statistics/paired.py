"""The difference of two variants on the same examples, with its interval and its p-value."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from promptlab.analysis.statistics.clusters import grouped_error
from promptlab.analysis.statistics.matched import mcnemar
from promptlab.analysis.statistics.proportion import Interval, quantile
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
    is_zero_or_one,
    number_clusters,
    sum_by_cluster,
)

EXACT = "exact McNemar"
SIGN_FLIPS = "sign flips"


@dataclass(frozen=True)
class Difference:
    """How much better the first of two variants is.

    Attributes:
        n: Scores compared.
        examples: Different examples among them.
        mean_a: Of the first variant.
        mean_b: Of the second variant.
        difference: `mean_a - mean_b`.
        low: Lower end of its confidence interval.
        high: Upper end.
        pvalue: Two-sided.
        method: The test that gave the p-value.
        stderr: Of the difference, paired.
        stderr_unpaired: What it would be if the two had answered different examples.
        n10: Scores of which the first variant has the higher.
        n01: Scores of which the second variant has the higher.
        discordant: For 0/1 scores, the share of examples on which the two differ; in general the
            mean squared difference of an example. What `examples_needed` asks for.
    """

    n: int
    examples: int
    mean_a: float
    mean_b: float
    difference: float
    low: float
    high: float
    pvalue: float
    method: str
    stderr: float
    stderr_unpaired: float
    n10: int
    n01: int
    discordant: float


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


def is_binary(first: Scores, second: Scores, group: NDArray[np.intp]) -> bool:
    """Return whether all scores are 0 or 1, one for each example."""
    once = int(group.max()) + 1 == len(group)
    return once and is_zero_or_one(first) and is_zero_or_one(second)


def compare_binary(first: Scores, second: Scores, confidence: float) -> Difference:
    """Compare right and wrong answers."""
    n10, n01 = int((first > second).sum()), int((first < second).sum())
    interval = agresti_min(n10, n01, len(first), confidence)
    pvalue = mcnemar(n10, n01).pvalue
    group = np.arange(len(first))
    return summarise(first, second, group, method=EXACT, pvalue=pvalue, interval=interval)


def summarise(
    first: Scores,
    second: Scores,
    group: NDArray[np.intp],
    *,
    method: str,
    pvalue: float,
    interval: Interval,
) -> Difference:
    """Put a comparison together."""
    gains, examples = first - second, int(group.max()) + 1
    if interval.low == interval.high and is_zero_or_one(first) and is_zero_or_one(second):
        interval = _unanimous_interval(float(gains.mean()), examples, interval)
    difference, stderr = float(gains.mean()), grouped_error(gains, group)
    return Difference(
        n=len(gains),
        examples=examples,
        mean_a=float(first.mean()),
        mean_b=float(second.mean()),
        difference=difference,
        low=interval.low,
        high=interval.high,
        pvalue=pvalue,
        method=method,
        stderr=stderr,
        stderr_unpaired=hypot(grouped_error(first, group), grouped_error(second, group)),
        n10=int((gains > 0).sum()),
        n01=int((gains < 0).sum()),
        discordant=examples * stderr**2 + difference**2,
    )


def _unanimous_interval(difference: float, examples: int, point: Interval) -> Interval:
    """Widen the interval of unanimous examples, which resamples show no spread of."""
    if difference not in (-1, 0, 1):
        return point
    wins = examples if difference else 0
    n10, n01 = (wins, 0) if difference > 0 else (0, wins)
    return agresti_min(n10, n01, examples)


def agresti_min(n10: int, n01: int, n: int, confidence: float = 0.95) -> Interval:
    """Return the interval of a difference of two proportions on the same examples.

    Agresti and Min, Simple Improved Confidence Intervals for Comparing Matched Proportions, 2005:
    half an example is added to each cell of the two-by-two table.
    """
    size = n + 2
    difference = (n10 - n01) / size
    spread = sqrt((n10 + n01 + 1) / size - difference**2)
    half = quantile(confidence) * spread / sqrt(size)
    return Interval(max(-1.0, difference - half), min(1.0, difference + half))


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
