"""How much too high the best variant's score is, because it was chosen by that score.

Efron, Estimating the Error Rate of a Prediction Rule: Improvement on Cross-Validation, 1983: the
choice is made again in every resample, and its score there compared with its score in the sample.
"""

import numpy as np
from numpy.typing import ArrayLike

from promptlab.analysis.statistics.resampling import bootstrap_means
from promptlab.analysis.statistics.scores import check_scores

RESAMPLES = 999


def optimism(scores: ArrayLike, *, resamples: int = RESAMPLES, seed: int = 0) -> float:
    """Return by how much the best mean is likely to be above its variant's true one.

    Where all variants are equally good this finds about two thirds of it, as chance has then spread
    them twice.

    Args:
        scores: shape (variants, examples), on the same examples in the same order.
        resamples: how many.
        seed: of the resamples.

    Returns:
        0 for a single variant.

    Raises:
        ValueError: there is no variant or no example, or a score is not finite.
    """
    rows = np.stack([check_scores(row, f"scores[{index}]") for index, row in enumerate(scores)])  # type: ignore[arg-type]
    means = bootstrap_means(rows.T, np.ones(rows.shape[1]), resamples, seed)
    best = means.argmax(axis=1)
    gains = means[np.arange(len(means)), best] - rows.mean(axis=1)[best]
    return max(0.0, float(gains.mean()))
