"""A strategy that says what every possible answer is worth."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from promptlab.protocols import Program, Strategy
from promptlab.types import Example, Question


@runtime_checkable
class Valued(Strategy, Protocol):
    """A strategy that scores every possible answer, as `choose` does."""

    def values(self, question: Question, demos: Sequence[Example]) -> Program[dict[str, float]]:
        """Return what every answer is worth, as the logarithm of a probability."""
        ...
