"""Every order, one a run: what the best and the worst of them come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from math import factorial

from promptlab.types import Example, Question, RequestFailed


@dataclass(frozen=True)
class Exhaustive:
    """Permute the ranks alike for all questions: permutation 0 keeps the selection's ranking.

    A sweep over `permutation=range(24)` with four demonstrations runs all orders there are; five
    have 120, six 720, and k of them k! (of eight demonstrations, 24 runs are few of 40320). The
    best and worst of these runs bound what one order for all can do; the share of questions that
    any of them answers rightly bounds what an order for each could (an oracle).

    Attributes:
        permutation: Its number, from 0, in lexicographic order.
    """

    permutation: int = 0

    def __post_init__(self) -> None:
        """Check the number."""
        if self.permutation < 0:
            raise ValueError(f"permutation is {self.permutation}; expected a number from 0")

    def __call__(self, demos: Sequence[Example], question: Question) -> tuple[Example, ...]:  # noqa: ARG002 (an ordering is given it)
        """Return the demonstrations in that order.

        Raises:
            RequestFailed: this question has too few demonstrations for so many permutations.
        """
        there = factorial(len(demos))
        if self.permutation >= there:
            least = next(k for k in count() if factorial(k) > self.permutation)
            raise RequestFailed(
                f"permutation is {self.permutation}, and {len(demos)} demonstrations have {there} "
                f"{'order' if there == 1 else 'orders'}, 0 to {there - 1}; expected one of these, "
                f"or k={least} or more, as k={least} has {factorial(least)}"
            )
        return tuple(demos[place] for place in _permuted(len(demos), self.permutation))


def _permuted(size: int, number: int) -> list[int]:
    """Return permutation `number` of as many places: Lehmer's code, digit by digit."""
    left, found = list(range(size)), []
    for remaining in range(size - 1, -1, -1):
        place, number = divmod(number, factorial(remaining))
        found.append(left.pop(place))
    return found
