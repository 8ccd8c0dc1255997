"""Draws with replacement of a run's answers: the bootstrap of Efron (1979)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DRAWS = 1000
MOST = 10_000
"""Draws, however narrow the tails that are asked of them."""
IN_A_TAIL = 25
"""Draws that are to be beyond each bound of an interval."""
AT_ONCE = 1 << 21
"""Most answers that are drawn at once."""


class Draws(NamedTuple):
    """Some draws of n answers each.

    Attributes:
        which: Numbers of the answers that were drawn, ascending; shape (draws, n).
        times: How often each answer was drawn; shape (draws, n).
    """

    which: "NDArray[np.int64]"
    times: "NDArray[np.int64]"


def enough(confidence: float) -> int:
    """Return how many draws an interval of this confidence asks for."""
    return min(max(DRAWS, round(2 * IN_A_TAIL / (1 - confidence))), MOST)


def draws(n: int, count: int = DRAWS, seed: int = 0) -> Iterator[Draws]:
    """Draw n answers from n, so many times; some draws at a time."""
    chance, left = np.random.default_rng(seed), count
    while left:
        some = min(left, max(1, AT_ONCE // n))
        which = np.sort(chance.integers(0, n, (some, n)), axis=1)
        places = which + n * np.arange(some)[:, None]
        times = np.bincount(places.ravel(), minlength=some * n).reshape(some, n)
        yield Draws(which, times)
        left -= some
