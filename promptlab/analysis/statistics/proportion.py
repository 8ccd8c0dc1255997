"""The interval of a proportion: Wilson's, honest for small samples and never outside 0 to 1.

Wilson, Probable Inference, the Law of Succession, and Statistical Inference, 1927.
"""

from math import sqrt
from typing import NamedTuple

from scipy.special import ndtri


class Interval(NamedTuple):
    """A confidence interval."""

    low: float
    high: float


def wilson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Return Wilson's score interval, without continuity correction.

    Raises:
        ValueError: there are more successes than trials, or no trials.
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(
            f"{successes} successes of {n} trials; expected at least one trial, and no more "
            "successes than trials"
        )
    z = quantile(confidence)
    share, size = successes / n, n + z * z
    centre = (successes + z * z / 2) / size
    half = z / size * sqrt(n * share * (1 - share) + z * z / 4)
    # At 0 and at n the bound is the proportion itself; rounding must not push it aside.
    low = 0.0 if successes == 0 else centre - half
    return Interval(low, 1.0 if successes == n else centre + half)


def quantile(confidence: float) -> float:
    """Return how many standard errors a two-sided interval reaches to each side.

    Raises:
        ValueError: the confidence is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; expected between 0 and 1, such as 0.95")
    return float(ndtri((1 + confidence) / 2))
