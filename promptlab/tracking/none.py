"""No tracking: the records on disk are all there is."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promptlab.types import Trial


@dataclass(frozen=True)
class NoRun:
    """A run that nobody looks at."""

    id: str = ""

    def log_trials(self, window: Sequence[Trial]) -> None:
        """Do nothing."""

    def log_result(self, result: Mapping[str, Any]) -> None:
        """Do nothing."""

    def end(self, status: str) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class NoTracking:
    """Runs are shown nowhere."""

    @contextmanager
    def start(self, name: str, config: Mapping[str, Any], folder: Path) -> Iterator[NoRun]:  # noqa: ARG002
        """Open a run that goes nowhere."""
        yield NoRun()
