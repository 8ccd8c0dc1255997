"""The standard error of a mean, where scores of the same example are not independent.

Miller, Adding Error Bars to Evals, 2024. Ten draws of one question say little more about other
questions than one draw does: the scores are added up by example first.
"""

from collections.abc import Hashable, Sequence
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from promptlab.analysis.statistics.scores import (
    Scores,
    check_scores,
    number_clusters,
    sum_by_cluster,
)


def standard_error(scores: ArrayLike, clusters: Sequence[Hashable] | None = None) -> float:
    """Return the standard error of the mean; for 0/1 scores this is √(p(1 − p)/n).

    Args:
        scores: one number for each answer.
        clusters: what answers share that belong together, such as the example's id.
    """
    array = check_scores(scores)
    return grouped_error(array, number_clusters(len(array), clusters))


def grouped_error(scores: Scores, group: NDArray[np.intp]) -> float:
    """Return the standard error of the mean of scores whose clusters are numbered."""
    sums, sizes = sum_by_cluster(scores, group)
    deviations = sums - sizes * scores.mean()
    return sqrt(float(np.square(deviations).sum())) / len(scores)
