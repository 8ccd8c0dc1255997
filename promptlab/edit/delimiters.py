"""Delimiters: data parted from instruction by marks around question and context.

Zhao et al., A Survey of Large Language Models (2023), section 6.1.
"""

from dataclasses import dataclass
from functools import partial

from promptlab.edit.pieces import with_pieces
from promptlab.protocols import Template
from promptlab.types import Task


@dataclass(frozen=True)
class Delimiters:
    """Put marks around every question and context, in the demonstrations too.

    Attributes:
        opening: Before each.
        closing: After each.
    """

    opening: str = '"""'
    closing: str = '"""'

    def __call__(self, task: Task, template: Template) -> tuple[Task, Template]:
        """Return the template with marks around what it is filled in with."""
        marked = with_pieces(
            "delimiters",
            template,
            question=partial(self._around, "{question}"),
            context=partial(self._around, "{context}"),
        )
        return task, marked

    def _around(self, place: str, piece: str) -> str:
        opening, closing = (
            mark.replace("{", "{{").replace("}", "}}") for mark in (self.opening, self.closing)
        )
        return piece.replace(place, f"{opening}{place}{closing}")
