"""The running accuracy of a run, at no more than fifty points, denser at the beginning."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from promptlab.types import Trial

POINTS = 50
GROWTH = 1.15
"""Each point stands for at least this many times the trials of the one before."""


def now() -> int:
    """Return the milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass
class Curve:
    """Points (trials so far, mean of a score, milliseconds since 1970), added to as trials end."""

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
