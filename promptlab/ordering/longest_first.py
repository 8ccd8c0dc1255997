"""From the longest demonstration to the shortest."""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.types import Example, Question


@dataclass(frozen=True)
class LongestFirst:
    """Sort by length in characters, descending; among equals the better ranked comes first."""

    def __call__(self, demos: Sequence[Example], question: Question) -> tuple[Example, ...]:  # noqa: ARG002 (an ordering is given it)
        """Return the demonstrations longest first."""
        return tuple(sorted(demos, key=lambda demo: demo.length, reverse=True))
