"""Classes that a table knows by number, read by the names that it keeps for them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

Names = Mapping[str, Sequence[str]]


def classes_of_metadata(metadata: Mapping[bytes, bytes] | None) -> Names:
    """Return the classes of each field that `datasets` wrote into a Parquet file's metadata."""
    try:
        features = json.loads((metadata or {})[b"huggingface"])["info"]["features"]
        return {
            name: tuple(kind["names"])
            for name, kind in features.items()
            if isinstance(kind, dict) and kind.get("_type") == "ClassLabel"
        }
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        return {}


def name_classes(values: Mapping[str, Any], classes: Names) -> dict[str, Any]:
    """Give the classes of a record by name; a class of -1 is an answer withheld.

    Raises:
        ValueError: a record has a class that has no name.
    """
    return {**values, **{name: _name(values[name], name, classes[name]) for name in classes}}


def _name(number: Any, field: str, names: Sequence[str]) -> str | None:
    if number is None or number == -1:
        return None
    if not isinstance(number, int) or not 0 <= number < len(names):
        raise ValueError(f"{field!r} is {number}; expected a class from 0 to {len(names) - 1}")
    return names[number]
