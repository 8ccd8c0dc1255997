"""What the terminal shows of work going on, and how wide it is."""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from promptlab.experiment import Watch
from promptlab.hearing import counting
from promptlab.text.escaping import in_line
from promptlab.types import Trial

UNDER_WAY = 0.95
"""Of a trial is done when its replies are there: it is still to be scored and recorded."""
WIDE = 140
"""Columns of a table that is written to a file."""


@dataclass
class Pace:
    """How many trials are done, those under way counted by their replies.

    Attributes:
        total: All trials.
        done: Trials that are recorded.
        replies: Had for these.
        coming: Had since.
    """

    total: int
    done: int = 0
    replies: int = 0
    coming: int = 0

    def heard(self, replies: int) -> float:
        """Count replies; return the trials that are done, and a part of those under way."""
        self.coming += replies
        each = max(self.replies / self.done, 1.0) if self.done else 1.0
        return min(self.done + UNDER_WAY * self.coming / each, float(self.total))

    def ended(self, trials: int) -> float:
        """Count a batch of trials that is recorded."""
        self.done, self.replies, self.coming = self.done + trials, self.replies + self.coming, 0
        return float(self.done)


@contextmanager
def progress(name: str, total: int, console: Console) -> Iterator[Watch]:
    """Show a bar over `total` trials; yields a callback for every batch of trials.

    Between batches it moves with every reply, by how many a trial took until now.
    """
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[accuracy]}"),
    )
    scores: list[float] = []
    pace = Pace(total)
    # Where nobody watches, a bar would leave an empty line.
    unseen = not console.is_interactive
    with Progress(*columns, console=console, transient=True, disable=unseen) as bar:
        task = bar.add_task(in_line(name), total=total, rate="", accuracy="loading")

        def count(replies: int) -> None:
            bar.update(task, completed=pace.heard(replies))

        def watch(batch: Sequence[Trial]) -> None:
            scores.extend(t.scores["accuracy"] for t in batch if "accuracy" in t.scores)
            accuracy = f"accuracy {100 * sum(scores) / len(scores):.1f}" if scores else ""
            bar.update(task, completed=pace.ended(len(batch)), accuracy=accuracy)
            speed = bar.tasks[0].finished_speed or bar.tasks[0].speed
            bar.update(task, rate=f"{speed:.1f}/s" if speed else "")

        with counting(count):
            yield watch


@contextmanager
def waiting(console: Console, message: str, patience: float = 2.0) -> Iterator[None]:
    """Say what is being waited for, once it has taken some seconds."""
    status = console.status(message)
    timer = threading.Timer(patience, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()


def width() -> int | None:
    """Return the columns to print: None for a terminal's own, `WIDE` for a file."""
    return None if sys.stdout.isatty() else WIDE
