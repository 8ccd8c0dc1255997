"""Demonstrations as turns of a chat, the instruction as the system's: for chat models.

Zhao et al., A Survey of Large Language Models (2023), section 6.1.
"""

from dataclasses import dataclass

from promptlab.edit.pieces import with_pieces
from promptlab.protocols import Template
from promptlab.types import Task


@dataclass(frozen=True)
class Turns:
    """Write every demonstration as a user's turn and an answer to it."""

    def __call__(self, task: Task, template: Template) -> tuple[Task, Template]:
        """Return the template laid out as turns."""
        return task, with_pieces("turns", template, layout="turns")
