"""The best demonstration first, far from the question: the contrast to `similar_last`."""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.types import Example, Question


@dataclass(frozen=True)
class SimilarFirst:
    """Keep the selection's ranking, which comes best first.

    Today that is the permutation of `as_selected`; the names say different things. This one is a
    claim about similarity, for selections that rank by it; `as_selected` claims nothing.
    """

    def __call__(self, demos: Sequence[Example], question: Question) -> tuple[Example, ...]:  # noqa: ARG002 (an ordering is given it)
        """Return the demonstrations best first."""
        return tuple(demos)
