"""McNemar's exact test: two variants, the same examples, each right or wrong.

McNemar, Note on the Sampling Error of the Difference Between Correlated Proportions, 1947. Only the
examples on which the variants differ say anything; were the variants equally good, each of these
would be a fair coin's toss.
"""

from dataclasses import dataclass

from scipy.special import bdtr


@dataclass(frozen=True)
class McNemar:
    """The result of the test.

    Attributes:
        n10: Examples that the first variant alone has right.
        n01: Examples that the second variant alone has right.
        pvalue: Two-sided and exact.
        chi2: The approximate statistic with continuity correction, for comparison with others.
    """

    n10: int
    n01: int
    pvalue: float
    chi2: float


def mcnemar(n10: int, n01: int) -> McNemar:
    """Test whether two variants are equally good.

    Raises:
        ValueError: a count is negative or not whole.
    """
    for name, count in (("n10", n10), ("n01", n01)):
        if count < 0 or count != int(count):
            raise ValueError(f"{name} is {count}; expected a number of examples")
    differing = n10 + n01
    pvalue = min(1.0, 2 * float(bdtr(min(n10, n01), differing, 0.5))) if differing else 1.0
    chi2 = (abs(n10 - n01) - 1) ** 2 / differing if n10 != n01 else 0.0
    return McNemar(int(n10), int(n01), pvalue, chi2)
