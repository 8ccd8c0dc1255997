"""What is told of a fitted selection, or search, once a run.

Which questions its encoder cannot read whole, how much an index misses, and where there are fewer
demonstrations than were wanted.
"""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol, runtime_checkable

from promptlab.program import then
from promptlab.protocols import Select, Selection, Step
from promptlab.selection.narrowed import wanted
from promptlab.selection.ranker import look_ahead
from promptlab.text.escaping import in_line
from promptlab.types import Example, Question

WITHIN = ("searcher", "ranking", "select", "rank", "inner", "rerank", "space")
"""Fields in which fitted selections and searches hold their parts."""
SHOWN = 3
"""How many questions a message names."""


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


@dataclass(frozen=True, slots=True)
class Counting:
    """A fitted selection, and how many demonstrations each question got where these were few.

    Attributes:
        select: Selects.
        k: How many were wanted.
        name: What selects, for the message.
        few: Filled in by question.
    """

    select: Select
    k: int
    name: str
    few: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, selection: Selection, select: Select) -> "Counting":
        """Count what a selection chooses that was fitted."""
        return cls(select, wanted(selection), type(selection).__name__)

    def __call__(self, question: Question) -> Step[Sequence[Example]]:
        """Return what is selected, and note where that is little."""

        def note(demos: Sequence[Example]) -> Sequence[Example]:
            if len(demos) < self.k:
                self.few[question.id] = len(demos)
            return demos

        return then(self.select(question), note)

    def ahead(self, questions: Sequence[Question]) -> None:
        """Let the selection prepare for the questions of a batch."""
        look_ahead(self.select, questions)

    def tell(self, asked: int) -> None:
        """Warn where there were few.

        Args:
            asked: Of how many questions.
        """
        if not self.few:
            return
        first = ", ".join(map(in_line, islice(self.few, SHOWN)))
        warnings.warn(
            f"{len(self.few)} of {asked} questions ({first}{', …' * (len(self.few) > SHOWN)}) have "
            f"fewer demonstrations than k, which is {self.k}, and the fewest {self.fewest}: "
            f"{self.name} leaves no more of the pool. A bound that lets more pass, a larger budget "
            "or pool, or a smaller k makes them alike",
            RuntimeWarning,
            stacklevel=2,
        )

    @property
    def fewest(self) -> int:
        """The least number of demonstrations."""
        return min(self.few.values(), default=self.k)
