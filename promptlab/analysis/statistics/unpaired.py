"""Whether two groups of different examples score differently.

Fisher, On the Interpretation of χ² from Contingency Tables, 1922: exact, where each score is 0 or
1. Welch, The Generalization of "Student's" Problem when Several Different Population Variances are
Involved, 1947: elsewhere.
"""

import numpy as np
from numpy.typing import ArrayLike

from promptlab.analysis.statistics.scores import Scores, check_scores, is_zero_or_one


def unpaired(one: ArrayLike, other: ArrayLike) -> float:
    """Return the two-sided p-value of the difference of two groups; 1 where nothing can be told.

    Raises:
        ValueError: a group is empty, or a score is not a finite number.
    """
    left, right = check_scores(one, "one"), check_scores(other, "other")
    zero_or_one = is_zero_or_one(left) and is_zero_or_one(right)
    return _fisher(left, right) if zero_or_one else _welch(left, right)


def _fisher(left: Scores, right: Scores) -> float:
    """Apply Fisher's exact test to two groups of zeros and ones."""
    from scipy.stats import fisher_exact  # noqa: PLC0415  half of what a run would import

    table = [[group.sum(), len(group) - group.sum()] for group in (left, right)]
    return min(float(fisher_exact(table).pvalue), 1.0)


def _welch(left: Scores, right: Scores) -> float:
    """Apply Welch's test where either group varies, and both have two scores at least."""
    if min(len(left), len(right)) < 2 or not (np.ptp(left) or np.ptp(right)):
        return 1.0
    from scipy.stats import ttest_ind  # noqa: PLC0415  likewise

    return float(ttest_ind(left, right, equal_var=False).pvalue)
