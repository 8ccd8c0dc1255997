"""How sure a vote is of its winner, exactly, from the counts so far.

Aggarwal et al., Let's Sample Step by Step: Adaptive-Consistency for Efficient Reasoning and Coding
with LLMs, 2023. Both rules put a uniform prior on the probabilities of the answers and ask how
probable it is, given the counts, that the most voted answer is also the most probable one. Where
the authors integrate numerically, the sums here are exact: counts are whole numbers.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import combinations
from math import comb

Confidence = Callable[[Sequence[int]], float]
"""The counts of the distinct answers, largest first, to the probability that the first leads."""

COMPARED = 5
"""How many of the most voted answers the Dirichlet rule looks at, as its authors do."""


def beta(counts: Sequence[int]) -> float:
    """Return P(θ > ½) under Beta(a + 1, b + 1), with a and b the two largest counts.

    That is P(Binomial(a + b + 1, ½) ≤ a). No answer yet is no confidence: 0.
    """
    if not counts:
        return 0.0
    first, second = counts[0], counts[1] if len(counts) > 1 else 0
    tosses = first + second + 1
    return sum(comb(tosses, heads) for heads in range(first + 1)) / (1 << tosses)


def dirichlet(counts: Sequence[int]) -> float:
    """Return the probability that the first answer is the most probable of the five most voted.

    Under a Dirichlet distribution of the counts + 1. With fewer than three distinct answers this
    is `beta`.
    """
    if len(counts) < 3:
        return beta(counts)
    return _leads(*(count + 1 for count in counts[:COMPARED]))


@lru_cache(maxsize=65536)
def _leads(first: int, *others: int) -> float:
    """Return the probability that the first of independent Gamma(shape, 1) variables is largest.

    By inclusion and exclusion over the others: a set S of them, each of which is larger than the
    first at x, has probability Π e^-x Σ_{j<shape} x^j/j!, and ∫ x^n e^-kx dx = n!/k^(n+1).
    """
    # Whole numbers over one common denominator, so that the alternating sum loses nothing.
    terms = [
        ((-1) ** size * comb(first - 1 + length, length) * ways, size + 1, first + length)
        for size in range(len(others) + 1)
        for chosen in combinations(others, size)
        for length, ways in enumerate(_words(chosen))
    ]
    longest = max(power for _, _, power in terms)
    common: int = _LEAST_MULTIPLE**longest
    total: int = sum(
        count * (_LEAST_MULTIPLE // base) ** power * _LEAST_MULTIPLE ** (longest - power)
        for count, base, power in terms
    )
    return total / common


_LEAST_MULTIPLE = 60
"""Of 1, …, 5: the bases that occur with five answers."""


def _words(limits: Sequence[int]) -> list[int]:
    """Count the words of each length in which letter i occurs fewer than `limits[i]` times."""
    counts = [1]
    for limit in limits:
        longer = [0] * (len(counts) + limit - 1)
        for length, ways in enumerate(counts):
            for more in range(limit):
                longer[length + more] += ways * comb(length + more, more)
        counts = longer
    return counts


def fewest(confidence: Confidence, counts: Sequence[int], threshold: float, most: int) -> int:
    """Return how many more draws it takes at least until `confidence` can reach `threshold`.

    Nothing raises the confidence faster than draws that all agree with the leader, so these draws
    may be asked for at once and none of them is wasted. Where even `most` draws are not enough,
    `most` is returned: they will all be needed.
    """
    first, *others = counts or [0]

    def reached(more: int) -> bool:
        return confidence([first + more, *others]) >= threshold

    return min(most, bisect_left(range(1, most + 1), True, key=reached) + 1)
