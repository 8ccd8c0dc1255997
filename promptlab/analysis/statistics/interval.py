"""A confidence interval: two numbers, by name or as a pair."""

from typing import NamedTuple


class Interval(NamedTuple):
    """A confidence interval."""

    low: float
    high: float
