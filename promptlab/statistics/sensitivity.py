"""What one factor of a grid moves while all others are held: what an order does to a fixed set.

Total effects: Homma and Saltelli, Importance Measures in Global Sensitivity Analysis of Nonlinear
Models, 1996. The levels of a seed mean nothing by themselves, and order 1 of one set has nothing in
common with order 1 of another; so the means of such levels, over sets, tell next to nothing, while
the runs that are alike in all else tell everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from promptlab.statistics.variance import Row, entry


@dataclass(frozen=True)
class Moved:
    """What one factor moves, all others held.

    Attributes:
        factor: The factor.
        cells: Settings of the others with at least two runs.
        runs: In these.
        df: Degrees of freedom: runs less cells.
        share: Of the total sum of squares, 0 to 1, that lies within cells; shares of several
            factors add up to more than 1 where they act together.
        usual: The mean, over cells, of the range from the lowest to the highest value; 0 where
            there is no cell. It grows with the number of levels.
        widest: The largest of the ranges.
    """

    factor: str
    cells: int
    runs: int
    df: int
    share: float
    usual: float
    widest: float


def moved(rows: Sequence[Row], value: str, factor: str, others: Sequence[str]) -> Moved:
    """Measure what a factor moves between runs that have the same levels of all others.

    Args:
        rows: One mapping for each run, with the value and the level of each factor.
        value: The key of a number, such as `accuracy`.
        factor: What varies.
        others: The keys that are held.

    Raises:
        ValueError: a key is missing; row and key are named.
    """
    cells: dict[tuple[Any, ...], list[float]] = {}
    for index in range(len(rows)):
        entry(rows, index, factor)
        held = tuple(str(entry(rows, index, other)) for other in others if other != factor)
        cells.setdefault(held, []).append(float(entry(rows, index, value)))
    several = [np.array(values) for values in cells.values() if len(values) > 1]
    ranges = [float(np.ptp(values)) for values in several]
    total, runs = _squares([float(row[value]) for row in rows]), sum(map(len, several))
    return Moved(
        factor=factor,
        cells=len(several),
        runs=runs,
        df=runs - len(several),
        share=sum(map(_squares, several)) / total if total else 0.0,
        usual=float(np.mean(ranges)) if ranges else 0.0,
        widest=max(ranges, default=0.0),
    )


def variance_by_examples(scores: ArrayLike) -> float:
    """Return the variance between runs' means that the choice of the examples alone would give.

    Were all runs equally good, their means would still differ, because each is right on other
    examples: by the mean square of runs by examples, divided by the number of examples (the error
    term of an analysis of variance within examples, and of Cochran's Q, 1950).

    Args:
        scores: shape (runs, examples), on the same examples in the same order.

    Raises:
        ValueError: there are fewer than two runs or two examples, or a score is not finite.
    """
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 2 or not np.isfinite(table).all():
        raise ValueError(
            f"scores of shape {table.shape}; expected finite numbers, at least two runs by two "
            "examples"
        )
    runs, examples = table.shape
    left = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
    return float(np.square(left).sum()) / ((runs - 1) * (examples - 1) * examples)


def _squares(values: ArrayLike) -> float:
    """Return the sum of squares around the mean; 0 for nothing."""
    array = np.asarray(values, dtype=np.float64)
    return float(np.square(array - array.mean()).sum()) if array.size else 0.0
