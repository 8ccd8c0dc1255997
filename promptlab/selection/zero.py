"""No demonstrations: the zero-shot baseline."""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.protocols import Select
from promptlab.types import Example, Question


@dataclass(frozen=True)
class Zero:
    """Select nothing, from any pool, an empty one too."""

    def fit(self, pool: Sequence[Example]) -> Select:  # noqa: ARG002 (a selection is given one)
        """Prepare nothing."""
        return _nothing


def _nothing(question: Question) -> tuple[Example, ...]:  # noqa: ARG001 (a retrieval is asked one)
    return ()
