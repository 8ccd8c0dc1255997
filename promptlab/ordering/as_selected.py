"""The selection's own order, whatever it means: a written set, a draw, clusters by number."""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.types import Example, Question


@dataclass(frozen=True)
class AsSelected:
    """Leave the demonstrations as they come: for sets whose order was chosen with them."""

    def __call__(self, demos: Sequence[Example], question: Question) -> tuple[Example, ...]:  # noqa: ARG002 (an ordering is given it)
        """Return the demonstrations untouched."""
        return tuple(demos)
