"""What edits of a layout change: the pieces of a template."""

from dataclasses import replace
from typing import Any

from promptlab.protocols import Template
from promptlab.template import Template as Pieces


def with_pieces(edit: str, template: Template, **pieces: Any) -> Pieces:
    """Return the template with other pieces.

    Args:
        edit: The edit's name, for the message.
        template: What is changed.
        pieces: Its new pieces, each a value or a function of the old one.

    Raises:
        ValueError: it is a prompt file, which has none.
    """
    if not isinstance(template, Pieces):
        raise ValueError(
            f"edit={edit} changes the pieces of a template, and {template.name} is a file, which "
            "has none; write it there, or use a template: template=qa_v1"
        )
    new = {
        name: piece(getattr(template, name)) if callable(piece) else piece
        for name, piece in pieces.items()
    }
    return replace(template, **new)
