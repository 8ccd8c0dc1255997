"""Ties: of candidates whose values are equal but for rounding, the first.

Copies of one member have the same vector, but products of equal vectors differ in their last bits,
by the processor, the library and where they stand. Rounded values can still fall to either side of
a step; what is nearly the highest cannot.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLACK = 1e-6
"""Less than this tells no two candidates apart: more than rounding does in float32."""


def first_highest(values: "NDArray[np.floating]", slack: float = SLACK) -> int:
    """Return the first place whose value is the highest, or less by rounding alone.

    Args:
        values: Of each candidate, shape (candidates,).
        slack: How much rounding is.
    """
    return int(np.flatnonzero(values >= values.max() - slack)[0])


def highest_first(values: "NDArray[np.floating]") -> list[int]:
    """Return all places, one after another the first that has the highest of what is left."""
    left, order = np.array(values, dtype=np.float64), list[int]()
    while len(order) < len(left):
        order.append(first_highest(left))
        left[order[-1]] = -np.inf
    return order
