"""Counted demonstrations: which questions got fewer than were wanted, told once a run."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from promptlab.program import then
from promptlab.protocols import Select, Selection, Step
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
        nobody: Whether it says itself that it takes nobody.
        few: Filled in by question.
    """

    select: Select
    k: int
    name: str
    nobody: bool = False
    few: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, selection: Selection, select: Select) -> "Counting":
        """Count what a selection chooses that was fitted."""
        nobody = getattr(selection, "k", None) == 0
        return cls(select, wanted(selection), type(selection).__name__, nobody)

    def __call__(self, question: Question) -> Step[Sequence[Example]]:
        """Return what is selected, and note where that is little."""

        def note(demos: Sequence[Example]) -> Sequence[Example]:
            if len(demos) < self.k:
                self.few[question.id] = len(demos)
            return demos

        return then(self.select(question), note)

    def ahead(self, questions: Sequence[Question]) -> None:
        """Let the selection prepare for the questions of a batch, where it is to take anybody."""
        if not self.nobody:
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
