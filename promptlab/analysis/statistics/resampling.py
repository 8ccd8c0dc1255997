"""Resampling means: the bootstrap and sign flips, from a seed, in bounded memory.

Both are sums with random weights, and so linear: resampling the scores of many variants with the
same weights gives every pair's resampled difference by subtraction.
"""

from collections.abc import Hashable, Iterator, Sequence
from itertools import product
from math import exp

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from promptlab.analysis.statistics.proportion import Interval, quantile
from promptlab.analysis.statistics.scores import (
    Scores,
    check_scores,
    number_clusters,
    sum_by_cluster,
)

RESAMPLES = 9_999
_BLOCK = 4_000_000
"""Weights held at a time: 32 MB."""


def bca(
    scores: ArrayLike,
    clusters: Sequence[Hashable] | None = None,
    *,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Return the bias-corrected and accelerated bootstrap interval of the mean (Efron, 1987).

    Where an example is repeated, examples are resampled, with all their scores. Where all scores
    are equal the bootstrap knows nothing of the spread, and the interval is a point.
    """
    array = check_scores(scores)
    sums, sizes = sum_by_cluster(array, number_clusters(len(array), clusters))
    means = bootstrap_means(sums, sizes, resamples, seed)
    return bca_interval(means, float(array.mean()), sums - sizes * array.mean(), confidence)


def bootstrap_means(sums: Scores, sizes: Scores, resamples: int, seed: int) -> Scores:
    """Return the means of resamples.

    Args:
        sums: by example, shape (examples,) or (examples, variants).
        sizes: the number of scores of each example, shape (examples,).
        resamples: how many.
        seed: of the weights, which depend on nothing else but the number of examples.

    Returns:
        Shape (resamples,) or (resamples, variants).
    """
    rng, examples = np.random.default_rng(seed), len(sizes)
    means = []
    for rows in _blocks(resamples, examples):
        draws = rng.integers(examples, size=(rows, examples)) + examples * np.arange(rows)[:, None]
        weights = np.bincount(draws.ravel(), minlength=rows * examples).reshape(rows, examples)
        total = (weights @ sizes).reshape(rows, *[1] * (sums.ndim - 1))
        means.append((weights @ sums) / total)
    return np.concatenate(means)


def bca_interval(
    means: Scores, mean: float, influence: Scores, confidence: float = 0.95
) -> Interval:
    """Return the BCa interval.

    Args:
        means: of the resamples, shape (resamples,).
        mean: of the sample.
        influence: how much each example moves the mean, up to a factor, shape (examples,).
        confidence: of the interval.
    """
    scale = float(np.square(influence).sum())
    if scale == 0:
        return Interval(mean, mean)
    below = float(np.mean(means < mean) + np.mean(means == mean) / 2)
    bias = float(ndtri(np.clip(below, 0.5 / len(means), 1 - 0.5 / len(means))))
    acceleration = float((influence**3).sum()) / (6 * scale**1.5)
    z = quantile(confidence)
    quantiles = [bias + (bias + end) / (1 - acceleration * (bias + end)) for end in (-z, z)]
    low, high = np.quantile(means, ndtr(quantiles))
    return Interval(float(low), float(high))


def flip_signs(sums: Scores, resamples: int, seed: int) -> Scores:
    """Return the totals with the sign of each example's sum flipped by chance.

    Where there are no more than `resamples` ways to flip them, each way comes once; the first is
    then the sums as they are.

    Args:
        sums: by example, shape (examples,) or (examples, variants).
        resamples: how many.
        seed: of the signs.

    Returns:
        Shape (resamples,) or (resamples, variants).
    """
    examples = len(sums)
    if is_exhaustive(examples, resamples):
        return np.array(list(product((1.0, -1.0), repeat=examples))) @ sums
    rng = np.random.default_rng(seed)
    blocks = [
        (2.0 * rng.integers(2, size=(rows, examples), dtype=np.int8) - 1) @ sums
        for rows in _blocks(resamples, examples)
    ]
    return np.concatenate(blocks)


def is_exhaustive(examples: int, resamples: int) -> bool:
    """Return whether all ways to flip the signs are few enough to enumerate."""
    return examples < resamples.bit_length()


def flip_pvalue(flipped: Scores, sums: Scores, *, is_exact: bool) -> float:
    """Return the share of the flipped totals that are as far from 0 as the sums' own, two-sided.

    A sample of all flips counts the observed one too, so that its p-value is never 0, nor less than
    one in so many flips: too much to survive a correction for a thousand pairs. Below that,
    Hoeffding's bound on the share among all flips is taken (Probability Inequalities for Sums of
    Bounded Random Variables, 1963).
    """
    total = float(sums.sum())
    # Sums in another order differ in their last digits; such totals are as far from 0.
    extreme = int((np.abs(flipped) >= abs(total) * (1 - 1e-9)).sum())
    if is_exact:
        return extreme / len(flipped)
    bound = 2 * exp(-(total**2) / (2 * float(np.square(sums).sum()))) if total else 1.0
    finest = 1 / (len(flipped) + 1)
    return bound if bound < finest else (extreme + 1) * finest


def _blocks(resamples: int, examples: int) -> Iterator[int]:
    """Split the resamples into blocks of bounded size."""
    if resamples < 1:
        raise ValueError(f"resamples is {resamples}; expected at least 1")
    size = max(1, _BLOCK // examples)
    for start in range(0, resamples, size):
        yield min(size, resamples - start)
