"""No retrieval: questions are answered by what the model knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from promptlab.protocols import Search
from promptlab.types import Passage, Question


@dataclass(frozen=True)
class NoRetrieval:
    """Show no passages."""

    identity: ClassVar[str] = ""

    def fit(self) -> Search:
        """Prepare nothing."""
        return _nothing


def _nothing(question: Question) -> Sequence[Passage]:  # noqa: ARG001
    return ()
