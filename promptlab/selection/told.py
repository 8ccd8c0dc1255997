"""What a fitted selection or search is made of, and what its parts tell once a run.

Which questions an encoder does not read whole, and how much an index misses.
"""

import warnings
from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from promptlab.types import Question

WITHIN = ("searcher", "ranking", "select", "rank", "inner", "rerank", "space")
"""Fields in which fitted selections and searches hold their parts."""


@runtime_checkable
class Reading(Protocol):
    """A part that reads questions."""

    def unread(self, questions: Sequence[Question]) -> str:
        """Say which of the questions it does not read to their ends; nothing where it does."""
        ...


@runtime_checkable
class Missing(Protocol):
    """A part that may not find what is there."""

    def found_share(self) -> float | None:
        """Return the share that it finds of the nearest; None where that is all."""
        ...


def parts(fitted: object) -> Iterator[object]:
    """Yield a fitted selection or search, and all that it is made of."""
    yield fitted
    within = (getattr(fitted, name, None) for name in WITHIN)
    for part in (*within, *getattr(fitted, "inners", ())):
        if part is not None:
            yield from parts(part)


def foresee(fitted: object, questions: Sequence[Question]) -> None:
    """Warn of the questions that are not read to their ends."""
    reading = (part for part in _asked(fitted) if isinstance(part, Reading))
    for said in dict.fromkeys(filter(None, (part.unread(questions) for part in reading))):
        warnings.warn(said, RuntimeWarning, stacklevel=2)


def recall(fitted: object) -> float | None:
    """Return the least share of the nearest that an index finds; None where all find all."""
    missing = (part for part in _asked(fitted) if isinstance(part, Missing))
    shares = [share for part in missing if (share := part.found_share()) is not None]
    return min(shares, default=None)


def _asked(fitted: object) -> Iterator[object]:
    """Yield the parts of what is asked at all: nothing is where nothing is to be shown."""
    settings = getattr(fitted, "settings", fitted)
    return iter(()) if getattr(settings, "k", 1) == 0 else parts(fitted)
