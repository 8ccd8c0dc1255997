"""From the shortest demonstration to the longest."""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.types import Example, Question


@dataclass(frozen=True)
class ShortestFirst:
    """Sort by length in characters; among equals the better ranked comes first."""

    def __call__(self, demos: Sequence[Example], question: Question) -> tuple[Example, ...]:  # noqa: ARG002 (an ordering is given it)
        """Return the demonstrations shortest first."""
        return tuple(sorted(demos, key=lambda demo: demo.length))
