"""What a comparison of two variants says: the difference, its interval and its p-value."""

from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np
from numpy.typing import NDArray

from promptlab.analysis.statistics.clusters import grouped_error
from promptlab.analysis.statistics.matched import mcnemar
from promptlab.analysis.statistics.proportion import Interval, quantile
from promptlab.analysis.statistics.scores import Scores, is_zero_or_one

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
