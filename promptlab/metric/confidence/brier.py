"""Brier score: the mean squared distance of confidence from what came (1 right, 0 wrong).

Brier, Verification of Forecasts Expressed in Terms of Probability, 1950, of the two outcomes that
an answer is right or wrong, as `sklearn.metrics.brier_score_loss` has it.
"""

from collections.abc import Sequence


def brier(confidence: Sequence[float], right: Sequence[bool]) -> float:
    """Return the score, from 0 (sure and right) to 1 (sure and wrong)."""
    squares = ((share - came) ** 2 for share, came in zip(confidence, right, strict=True))
    return sum(squares) / len(right)
