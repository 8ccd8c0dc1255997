"""Gains smaller than the effect of things that should not matter: the order, the draw.

Lu et al., Fantastically Ordered Prompts and Where to Find Them, 2022: the order of the same
demonstrations alone may decide between a good score and a poor one.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from promptlab.analysis.statistics.factors.sensitivity import moved
from promptlab.analysis.statistics.factors.variance import RunRow, spreads


class Fragile(NamedTuple):
    """A gain that is smaller than a spread.

    Attributes:
        better: The level with the highest mean.
        worse: The other one.
        gain: The difference of their means.
        over: What varied besides.
        spread: From the worst to the best of these, on average; the larger one of the two levels'.
        within: The level that has it.
    """

    better: Any
    worse: Any
    gain: float
    over: str
    spread: float
    within: Any


def fragile(
    rows: Sequence[RunRow], value: str, factor: str, over: str, held: Sequence[str] = ()
) -> tuple[Fragile, ...]:
    """Find the levels over which the best one's gain is smaller than a spread.

    Args:
        rows: One mapping for each run.
        value: The key of a number, such as `accuracy`.
        factor: What was compared, such as `selection`.
        over: What varied besides, such as `ordering.seed`.
        held: What else varied, and is held: an order belongs to a set. Anything besides is
            averaged out.

    Returns:
        One for each such level, the smallest gain first.

    Raises:
        ValueError: a key is missing; row and key are named.
    """
    ranked = spreads(rows, value, factor)
    wide = {
        level_spread.level: moved(
            [row for row in rows if row[factor] == level_spread.level], value, over, held
        ).usual
        for level_spread in ranked
    }
    best, *others = ranked
    fragile_gains = []
    for other in others:
        within = max(best.level, other.level, key=lambda level: wide[level])
        gain = best.mean - other.mean
        if gain < wide[within]:
            fragile_gains.append(Fragile(best.level, other.level, gain, over, wide[within], within))
    return tuple(fragile_gains)
