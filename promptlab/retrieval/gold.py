"""What the record itself names: the passages that are known to hold the answer.

An upper bound for what retrieval can give.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from promptlab.protocols import Search
from promptlab.types import Passage, Question


@dataclass(frozen=True)
class Gold:
    """Show the passages of a field of the question's record.

    Attributes:
        field: Holds one text, a list of texts, or of objects with `id` and `text`.
    """

    field: str = "context"

    @property
    def identity(self) -> str:
        """The passages are the data set's own."""
        return ""

    def fit(self) -> Search:
        """Prepare nothing."""
        return partial(_named, self.field)


def _named(field: str, question: Question) -> tuple[Passage, ...]:
    """Return a question's passages.

    Raises:
        ValueError: its record has none, or something else.
    """
    held = question.metadata.get(field)
    if held is None:
        raise ValueError(
            f"question {question.id!r} has no field {field!r}; it has "
            f"{', '.join(map(str, question.metadata)) or 'none'}: retrieval.field=… names another"
        )
    items: Sequence[Any] = held if isinstance(held, list | tuple) else [held]
    return tuple(_passage(item, field, question, place) for place, item in enumerate(items, 1))


def _passage(item: Any, field: str, question: Question, place: int) -> Passage:
    if isinstance(item, str) and item.strip():
        return Passage(f"{question.id}#{place}", item)
    if isinstance(item, Mapping) and isinstance(item.get("text"), str):
        return Passage(str(item.get("id", f"{question.id}#{place}")), item["text"], dict(item))
    raise ValueError(
        f"question {question.id!r}: {field} holds {item!r:.60}; expected a text, or an object with "
        "id and text"
    )
