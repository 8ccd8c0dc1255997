"""Wilson's interval of a proportion (1927): honest for small samples, and never outside 0 to 1."""

from typing import NamedTuple


class Interval(NamedTuple):
    """A confidence interval."""

    low: float
    high: float


def wilson(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """Return Wilson's interval, without continuity correction.

    Raises:
        ValueError: there are more successes than trials, or no trials.
    """
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(
            f"{successes} successes of {trials} trials; expected at least one trial, and no more "
            "successes than trials"
        )
    from scipy.stats import binomtest  # noqa: PLC0415  (heavy: only for a summary)

    found = binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    return Interval(float(found.low), float(found.high))
