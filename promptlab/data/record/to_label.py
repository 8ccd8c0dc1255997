"""Files of questions to label, as `annotate` writes them: they are read by their own names.

Whatever the pool's fields are called, in such a file they have the usual names.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from promptlab.data.fields import Fields
from promptlab.data.record.row import Row

WHY = "why"
"""The field that says why a question is worth a label."""
NAMES = frozenset({"id", "question", WHY})
"""What each record of such a file has."""


def is_to_label(names: Iterable[str]) -> bool:
    """Say whether fields are those of such a file."""
    return set(names) >= NAMES


def usual_fields(rows: Sequence[Row], fields: Fields) -> Fields:
    """Return what fields the records of such a file have; of another file, those that are given."""
    if not rows or not all(is_to_label(row.values) for row in rows if not row.problem):
        return fields
    return replace(Fields(), metadata=fields.metadata)
