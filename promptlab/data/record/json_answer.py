"""Answers that are JSON: an object, a list or a number of a record as the text that says it."""

import json
from collections.abc import Sequence
from dataclasses import replace

from promptlab.data.fields import Fields
from promptlab.data.record.row import Row
from promptlab.data.record.value import json_plain


def as_json(rows: Sequence[Row], fields: Fields) -> list[Row]:
    """Write the answers that are no text as JSON, where they have a field of their own."""
    return [_written(row, fields) for row in rows]


def _written(row: Row, fields: Fields) -> Row:
    name, value = fields.read("answer", row.values)
    if value is None or isinstance(value, str) or name not in row.values:
        return row
    text = json.dumps(json_plain(value), ensure_ascii=False)
    return replace(row, values={**row.values, name: text})
