"""Files of questions to label, as `annotate` writes them: they are read by their own names.

Whatever the pool's fields are called, in such a file they have the usual names. What else a prompt
reads of a question, and what was said before it, stands in one field, as an object.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from promptlab.data.fields import DEFAULTS, Fields
from promptlab.data.record.conversation import TURNS
from promptlab.data.record.row import Row

WHY = "why"
"""The field that says why a question is worth a label."""
METADATA = "metadata"
"""The field that holds a question's metadata."""
NAMES = frozenset({"id", "question", WHY})
"""What each record of such a file has."""


def is_to_label(names: Iterable[str]) -> bool:
    """Say whether fields are those of such a file."""
    return set(names) >= NAMES


def is_free(name: str) -> bool:
    """Say whether a field's name says nothing of what it is: one that does is never unfolded."""
    known = (name for names in DEFAULTS.values() for name in names)
    return name.strip().lower() not in {*known, WHY, METADATA}


def unfolded(rows: Sequence[Row]) -> list[Row]:
    """Return the records of such a file with the fields of their metadata; others as they are."""
    if not _are_to_label(rows):
        return list(rows)
    return [_unfold(row) for row in rows]


def _unfold(row: Row) -> Row:
    kept = row.values.get(METADATA)
    with suppress(ValueError, RecursionError):
        kept = json.loads(kept) if isinstance(kept, str) and kept.strip() else kept or {}
    if not isinstance(kept, Mapping):
        return replace(row, problem=f"{METADATA!r} is {str(kept)[:60]!r}; expected an object")
    new: dict[str, Any] = {name: value for name, value in kept.items() if is_free(name)}
    return replace(row, values={**new, **row.values})


def _are_to_label(rows: Sequence[Row]) -> bool:
    return bool(rows) and all(is_to_label(row.values) for row in rows if not row.problem)


def usual_fields(rows: Sequence[Row], fields: Fields) -> Fields:
    """Return what fields the records of such a file have; of another file, those that are given."""
    if not _are_to_label(rows):
        return fields
    return replace(Fields(), metadata=(*fields.metadata, f"{TURNS}?"))
