"""The mean of what people would say, from many verdicts of a judge and few of theirs.

Angelopoulos, Bates, Fannjiang, Jordan and Zrnic, Prediction-Powered Inference, 2023: the judge's
mean over all, corrected by how far it is from people on the sample that they labelled. The interval
is valid whatever the judge is worth; a bad judge makes it no narrower. `weight` below is the share
of the judge that makes it narrowest (Angelopoulos, Duchi and Zrnic, PPI++, 2023).
"""

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from promptlab.analysis.statistics.judges.estimate import Estimate
from promptlab.analysis.statistics.proportion import quantile
from promptlab.analysis.statistics.scores import Scores, check_scores


def corrected_mean(
    people: ArrayLike,
    judged: ArrayLike,
    others: ArrayLike,
    *,
    weight: float | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Return the mean over all things, as people would have it.

    Args:
        people: What people say of the labelled sample, drawn by chance.
        judged: What the judge says of the same.
        others: What the judge says of the things that nobody labelled.
        weight: How much the judge counts: 1 is the first paper's, 0 leaves it out; None is what
            makes the interval narrowest, as the second paper estimates it.
        confidence: Of the interval.

    Raises:
        ValueError: fewer than two are labelled, or nothing else was judged, or the first two do
            not match.
    """
    truth, on_same = check_scores(people, "people"), check_scores(judged, "judged")
    rest = check_scores(others, "others")
    if len(truth) != len(on_same) or len(truth) < 2:
        raise ValueError(
            f"{len(truth)} labels and {len(on_same)} verdicts on the same; expected as many, and "
            "two at least"
        )
    share = best_weight(truth, on_same, rest) if weight is None else weight
    errors = truth - share * on_same
    mean = share * float(rest.mean()) + float(errors.mean())
    variance = share**2 * _variance(rest) / len(rest) + _variance(errors) / len(errors)
    reach = quantile(confidence) * sqrt(variance)
    return Estimate(mean, mean - reach, mean + reach, len(truth))


def best_weight(people: Scores, judged: Scores, others: Scores) -> float:
    """Return how much of the judge makes the interval narrowest, from 0 to 1."""
    both = np.concatenate([judged, others])
    spread = _variance(both)
    if spread == 0:
        return 0.0
    together = float(np.cov(people, judged)[0, 1])
    best = together / (spread * (1 + len(judged) / len(others)))
    return min(1.0, max(0.0, best))


def _variance(scores: Scores) -> float:
    return float(scores.var(ddof=1)) if len(scores) > 1 else 0.0
