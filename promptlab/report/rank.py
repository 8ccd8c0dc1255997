"""What the leaderboard is ranked by: a score, of which more is better, or a cost, of which less is.

A score of which less is better has a `-` before its name: `-unparsed_rate`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from promptlab.records.files import section
from promptlab.report.number_format import count, money, percent

TOKENS, COST = "tokens", "cost"
COUNTS = (TOKENS, "prompt_tokens", "completion_tokens", "calls")
TIMES = ("seconds", "latency_median", "latency_p95")
COSTS = (*COUNTS, COST, *TIMES)
"""Of which less is better, whatever stands before them."""


@dataclass(frozen=True)
class Rank:
    """What ranks variants.

    Attributes:
        name: Of a score or a cost.
        less: Whether less is better.
    """

    name: str
    less: bool = False

    @classmethod
    def of(cls, text: str) -> "Rank":
        """Read what the command line says: `passed`, `tokens`, `-unparsed_rate`."""
        name = text.removeprefix("-")
        return cls(name, less=name != text or name in COSTS)

    def key(self, result: Mapping[str, Any]) -> float:
        """Return what sorts the best result first, and one without such a figure last."""
        value = figures(result).get(self.name)
        return inf if value is None else value if self.less else -value

    def shown(self, result: Mapping[str, Any]) -> str:
        """Write a result's figure; nothing where it has none."""
        value = figures(result).get(self.name)
        if value is None:
            return ""
        if self.name in COUNTS:
            return count(value)
        if self.name in TIMES:
            return f"{value:.2f}"
        return money(value) if self.name == COST else percent(value)


def figures(result: Mapping[str, Any]) -> dict[str, float]:
    """Return all numbers of a `result.json` by which it can be ranked."""
    told = {**section(result, "timings"), **section(result, "metrics")}
    numbers = {name: float(value) for name, value in told.items() if _is_number(value)}
    read, wrote = (numbers.get(name) for name in ("prompt_tokens", "completion_tokens"))
    return numbers | ({} if read is None or wrote is None else {TOKENS: read + wrote})


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
