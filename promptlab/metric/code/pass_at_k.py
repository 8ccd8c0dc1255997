"""pass@k: how likely is it that one of k draws passes?

Chen et al., Evaluating Large Language Models Trained on Code, 2021: an estimate without bias from
n draws of which c pass, 1 - C(n - c, k) / C(n, k).
"""

from fractions import Fraction
from math import comb


def pass_at_k(draws: int, passing: int, k: int) -> float:
    """Estimate pass@k from draws of which some pass.

    Raises:
        ValueError: there are fewer draws than `k`, or more of them pass than there are.
    """
    if not 1 <= k <= draws or not 0 <= passing <= draws:
        raise ValueError(
            f"k is {k} and {passing} of {draws} draws pass; expected 1 <= k <= draws, and at most "
            "all of them to pass"
        )
    return float(1 - Fraction(comb(draws - passing, k), comb(draws, k)))
