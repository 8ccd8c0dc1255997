"""The question before its passage: long passages push a question that comes first far away.

Liu et al., Lost in the Middle: How Language Models Use Long Contexts (2024), ask both before and
after.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from promptlab.edit.pieces import with_pieces
from promptlab.protocols import Template
from promptlab.types import Task

Place = Literal["first", "both"]


@dataclass(frozen=True)
class QuestionFirst:
    """Ask before the context, or before and after it.

    Attributes:
        place: `first`, or `both`.
    """

    place: Place = "first"

    def __post_init__(self) -> None:
        """Check the place."""
        if self.place not in get_args(Place):
            raise ValueError(f"place is {self.place!r}; expected first or both")

    def __call__(self, task: Task, template: Template) -> tuple[Task, Template]:
        """Return the template with its parts in the other order."""
        both = ("turns", "question", "passages", "context", "question", "choices")
        parts = (
            both
            if self.place == "both"
            else ("turns", "question", "passages", "context", "choices")
        )
        return task, with_pieces("question_first", template, parts=parts)
