"""The best demonstration last, next to the question: as EPR and CEIL pack their prompts."""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.types import Example, Question


@dataclass(frozen=True)
class SimilarLast:
    """Reverse the selection's ranking, which comes best first."""

    def __call__(self, demos: Sequence[Example], question: Question) -> tuple[Example, ...]:  # noqa: ARG002 (an ordering is given it)
        """Return the demonstrations worst first, best last."""
        return tuple(reversed(demos))
