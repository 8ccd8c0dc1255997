"""A judgement: what a judge said of an answer, or of two, and its line in the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from promptlab.records.trial_json import exchange_from_line, exchange_line
from promptlab.types import Exchange


@dataclass(frozen=True)
class Judgement:
    """A judgement.

    Attributes:
        id: The question's.
        runs: The name of the run whose answer was graded, or of the two that were compared.
        verdicts: One list of repeats for a grade, two for a comparison: the first run's answer
            shown first, and shown second. Each is from 0 to 1 as the first run's worth; None is a
            reply that was no verdict.
        error: What was wrong, where something was.
        exchanges: What was asked, and said.
    """

    id: str
    runs: tuple[str, ...]
    verdicts: tuple[tuple[float | None, ...], ...]
    error: str = ""
    exchanges: tuple[Exchange, ...] = ()

    @property
    def means(self) -> tuple[float | None, ...]:
        """What the repeats come to, in each order; None where none is a verdict."""
        known = [[value for value in some if value is not None] for some in self.verdicts]
        return tuple(fmean(some) if some else None for some in known)

    @property
    def value(self) -> float | None:
        """The mean over both orders; None where one of them has no verdict."""
        known = [mean for mean in self.means if mean is not None]
        return fmean(known) if known and len(known) == len(self.verdicts) else None

    @property
    def side(self) -> int:
        """Which is preferred: 1 the first, -1 the second, 0 neither, or each in one order."""
        sides = {side(mean) for mean in self.means if mean is not None}
        return 0 if {1, -1} <= sides else side(self.value if self.value is not None else 0.5)


def side(preference: float) -> int:
    """Return which answer a preference is for: 1 the first, -1 the second, 0 neither."""
    return 0 if abs(preference - 0.5) < 1e-9 else (1 if preference > 0.5 else -1)


def judgement_line(judgement: Judgement) -> dict[str, Any]:
    """Write a judgement as plain data, keys in a fixed order."""
    return {
        "id": judgement.id,
        "runs": list(judgement.runs),
        "value": judgement.value,
        "verdicts": [list(some) for some in judgement.verdicts],
        **({"error": judgement.error} if judgement.error else {}),
        "exchanges": [exchange_line(exchange) for exchange in judgement.exchanges],
    }


def judgement_from_line(line: Mapping[str, Any]) -> Judgement:
    """Read a judgement back.

    Raises:
        ValueError: it is broken, and how.
    """
    try:
        return Judgement(
            str(line["id"]),
            tuple(map(str, line["runs"])),
            tuple(_repeats(some) for some in line["verdicts"]),
            str(line.get("error", "")),
            tuple(map(exchange_from_line, line["exchanges"])),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"broken ({type(error).__name__} {error})") from error


def _repeats(values: Sequence[Any]) -> tuple[float | None, ...]:
    return tuple(None if value is None else float(value) for value in values)
