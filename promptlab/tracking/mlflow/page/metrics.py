"""The metrics of a run as MLflow draws them: final numbers, their names, the running accuracy."""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from promptlab.types import Outcome, Trial

OUTCOMES = {f"{name}{ending}" for name in get_args(Outcome) for ending in ("", "_rate")}
OUTCOMES -= {"unparsed_rate"}  # it is read beside the accuracy
POINTS = 50
GROWTH = 1.15
"""Each point stands for at least this many times the trials of the one before."""


def numbers(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Flatten whatever is a finite number: `accuracy: {value, low, high}` gives three."""
    return {name: value for name, value in _numbers("", metrics) if math.isfinite(value)}


def chart_name(name: str) -> str:
    """Name a metric so that charts, which are sorted by name, show scores before outcome counts."""
    return f"outcome_{name}" if name in OUTCOMES else name


def now() -> int:
    """Return the milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass
class Curve:
    """The running mean of a score: points (trials, mean, ms since 1970), denser at first."""

    clock: Callable[[], int] = now
    points: list[tuple[int, float, int]] = field(default_factory=list)
    count: int = 0
    total: float = 0.0

    def add(self, batch: Sequence[Trial], score: str = "accuracy") -> None:
        """Take the trials of a batch that have the score."""
        scores = [trial.scores[score] for trial in batch if score in trial.scores]
        self.count += len(scores)
        self.total += sum(scores)
        due = self.points[-1][0] * GROWTH if self.points else 1
        if scores and self.count >= due and len(self.points) < POINTS - 1:
            self._mark()

    def close(self) -> None:
        """Add the last point, which holds all trials."""
        if self.count and (not self.points or self.points[-1][0] < self.count):
            self._mark()

    def _mark(self) -> None:
        self.points.append((self.count, self.total / self.count, self.clock()))


def _numbers(name: str, value: Any) -> Iterator[tuple[str, float]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            inner = name if key == "value" else f"{name}_{key}".lstrip("_")
            yield from _numbers(inner, item)
    elif isinstance(value, (list, tuple)) and len(value) == 2:
        yield from _numbers(f"{name}_low", value[0])
        yield from _numbers(f"{name}_high", value[1])
    elif isinstance(value, (int, float)):
        yield name, float(value)
