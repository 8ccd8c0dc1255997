"""Counted demonstrations: which questions got fewer than were wanted, told once a run."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from promptlab.program import then
from promptlab.protocols import Select, Selection, Step
from promptlab.selection.exclusion import Exclusion
from promptlab.selection.narrowed import wanted
from promptlab.selection.ranker import look_ahead
from promptlab.text.escaping import in_line
from promptlab.types import Example, Question

SHOWN = 3
"""How many questions a message names."""


@dataclass(frozen=True, slots=True)
class Counting:
    """A fitted selection, and how many demonstrations each question got where these were few.

    Attributes:
        select: Selects.
        k: How many were wanted.
        name: What selects, for the message.
        bounds: What keeps members of the pool out, as the selection says itself.
        pool: What it selects from.
        few: Filled in by question.
        asked: The same questions.
    """

    select: Select
    k: int
    name: str
    bounds: str = ""
    pool: Sequence[Example] = ()
    few: dict[str, int] = field(default_factory=dict)
    asked: list[Question] = field(default_factory=list)

    @classmethod
    def of(
        cls, selection: Selection, select: Select, pool: Sequence[Example] = (), name: str = ""
    ) -> "Counting":
        """Count what a selection chooses that was fitted to a pool."""
        known = name or type(selection).__name__
        return cls(select, wanted(selection), known, _bounds(selection), pool)

    def __call__(self, question: Question) -> Step[Sequence[Example]]:
        """Return what is selected, and note where that is little."""

        def note(demos: Sequence[Example]) -> Sequence[Example]:
            if len(demos) < self.k:
                self.few[question.id] = len(demos)
                self.asked.append(question)
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
            f"{self._why()}, or a smaller k makes them alike",
            RuntimeWarning,
            stacklevel=2,
        )

    def _why(self) -> str:
        """Say what leaves so few, and what would leave more."""
        excluded = Exclusion.of(self.pool)
        copied = sum(
            bool(out := excluded(question)) and len(self.pool) - len(out) <= self.few[question.id]
            for question in self.asked
        )
        if copied == len(self.few):
            return (
                f"{self.name} may show no copy of the question itself, and there is nothing else "
                "in the pool for them. A larger pool"
            )
        bounds = f" ({self.bounds})" if self.bounds else ""
        return (
            f"{self.name} leaves no more of the pool{bounds}. A bound that lets more pass, a "
            "larger budget or pool"
        )

    @property
    def fewest(self) -> int:
        """The least number of demonstrations."""
        return min(self.few.values(), default=self.k)


def _bounds(selection: object) -> str:
    """Return what a selection, or the ones within it, say that they keep out."""
    within = getattr(selection, "inner", None)
    inner = _bounds(within) if within is not None else ""
    return ", ".join(filter(None, (str(getattr(selection, "bounds", "")), inner)))
