"""How far a draw or an order moves the score, in runs that are alike in everything else.

Order 1 of one set of demonstrations has nothing in common with order 1 of another, nor seed 1 of
one selection with seed 1 of another. So the means of such levels mean little: orders are compared
within sets, and sets within what was meant to matter (nested analysis of variance).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from promptlab.analysis.statistics.factors.variance import RunRow, Share, entry


@dataclass(frozen=True)
class Moved:
    """How far one factor moves the score, the others held.

    Attributes:
        factor: The factor.
        cells: Settings of those held in which it takes at least two levels.
        usual: The mean, over cells, of the range from its lowest level to its highest; 0 where
            there is no cell. It grows with the number of levels.
        widest: The largest of the ranges.
    """

    factor: str
    cells: int
    usual: float
    widest: float


def moved(rows: Sequence[RunRow], value: str, factor: str, held: Sequence[str]) -> Moved:
    """Measure what a factor moves between runs that have the same levels of others.

    What is not held is averaged out: a set's mean over its orders is what the set is compared by.

    Args:
        rows: One mapping for each run, with the value and the level of each factor.
        value: The key of a number, such as `accuracy`.
        factor: What varies.
        held: The keys that are held.

    Raises:
        ValueError: a key is missing; row and key are named.
    """
    others = [other for other in held if other != factor]
    means = (
        [fmean(float(row[value]) for row in of_level) for of_level in _cells(cell, [factor])]
        for cell in _cells(rows, others)
    )
    ranges = [max(of_cell) - min(of_cell) for of_cell in means if len(of_cell) > 1]
    usual = fmean(ranges) if ranges else 0.0
    return Moved(factor, len(ranges), usual, max(ranges, default=0.0))


def nested(rows: Sequence[RunRow], value: str, factors: Sequence[str]) -> tuple[Share, ...]:
    """Split the variance of runs level by level, each factor within those before it.

    The shares add up to 1 less what lies between runs that are alike in all factors, whether or not
    the grid has holes.

    Args:
        rows: One mapping for each run, with the value and the level of each factor.
        value: The key of a number, such as `accuracy`.
        factors: The outermost first, such as selection, its seed, the seed of the order.

    Raises:
        ValueError: a key is missing; row and key are named.
    """
    levels = [_cells(rows, factors[:depth]) for depth in range(len(factors) + 1)]
    within = [sum(_squares(cell, value) for cell in cells) for cells in levels]
    shares = []
    for depth, factor in enumerate(factors):
        df = len(levels[depth + 1]) - len(levels[depth])
        explained = max(0.0, within[depth] - within[depth + 1])
        share = explained / within[0] if within[0] else 0.0
        count = len({str(row[factor]) for row in rows})
        by_chance = df / (len(rows) - 1) if len(rows) > 1 else 0.0
        shares.append(Share(factor, count, df, explained, share, by_chance))
    return tuple(shares)


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
    return float(np.square(left).sum() / ((runs - 1) * (examples - 1) * examples))


def _cells(rows: Sequence[RunRow], held: Sequence[str]) -> list[list[RunRow]]:
    """Return the runs that have the same levels of these factors."""
    cells: dict[tuple[Any, ...], list[RunRow]] = {}
    for index, row in enumerate(rows):
        key = tuple(str(entry(rows, index, factor)) for factor in held)
        cells.setdefault(key, []).append(row)
    return list(cells.values())


def _squares(rows: Sequence[RunRow], value: str) -> float:
    """Return the sum of squares around the mean."""
    array = np.array([float(entry(rows, index, value)) for index in range(len(rows))])
    return float(np.square(array - array.mean()).sum())
