"""Demonstrations parted by a mark of their own."""

from dataclasses import dataclass

from promptlab.edit.pieces import with_pieces
from promptlab.protocols import Template
from promptlab.types import Task


@dataclass(frozen=True)
class Separator:
    """Put something else between demonstrations.

    Attributes:
        text: What stands between two.
    """

    text: str = "\n###\n"

    def __call__(self, task: Task, template: Template) -> tuple[Task, Template]:
        """Return the template with the mark."""
        return task, with_pieces("separator", template, separator=self.text)
