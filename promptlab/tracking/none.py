"""No tracking: the records on disk are all there is."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promptlab.types import Trial


@dataclass(frozen=True)
class NoRun:
    """A run that is shown nowhere."""

    id: str = ""

    def log_trials(self, batch: Sequence[Trial]) -> None:
        """Do nothing."""

    def log_result(self, result: Mapping[str, Any]) -> None:
        """Do nothing."""

    def end(self, status: str) -> bool:  # noqa: ARG002
        """Return that nothing was stored."""
        return False


@dataclass(frozen=True)
class NoTracking:
    """Runs are shown nowhere.

    Attributes:
        sweep: What the variants of one sweep have in common; kept in the config, for a later sync.
    """

    sweep: str = ""

    @contextmanager
    def start(self, name: str, config: Mapping[str, Any], folder: Path) -> Iterator[NoRun]:  # noqa: ARG002
        """Open a run that goes nowhere."""
        yield NoRun()
