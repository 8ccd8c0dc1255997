"""Values as text: what a record holds, written as the file writes it."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def text(value: Any, name: str) -> str:
    """Return a value as text: 18 is "18", true is "true", nothing is "".

    Raises:
        ValueError: the value is a list, an object or anything else that is not one value.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str | int | float):
        return str(value)
    raise ValueError(f"{name!r} is {_shown(value)}; expected text, a number, true or false")


def texts(value: Any, name: str) -> tuple[str, ...]:
    """Return a list of values as texts; a list may be written as JSON, as tables must.

    Raises:
        ValueError: the value is not a list.
    """
    listed = _parsed(value)
    if isinstance(listed, Mapping) and "text" in listed:
        listed = _parsed(listed["text"])
    if listed is None:
        return ()
    if isinstance(listed, str) or not hasattr(listed, "__iter__") or isinstance(listed, Mapping):
        raise ValueError(f'{name!r} is {_shown(value)}; expected a list such as ["red", "blue"]')
    return tuple(text(item, name) for item in listed)


def labels(value: Any, name: str) -> tuple[str, ...]:
    """Return the labels that choices bring along, as in `{"text": [...], "label": [...]}`."""
    listed = _parsed(value)
    return texts(listed.get("label"), name) if isinstance(listed, Mapping) else ()


def plain(value: Any) -> Any:
    """Return a value as JSON can write it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | None) else str(value)


def _parsed(value: Any) -> Any:
    """Read a list or an object that a table holds as JSON; leave anything else alone."""
    if not isinstance(value, str) or not value.lstrip().startswith(("[", "{")):
        return value
    try:
        return json.loads(value, parse_float=Decimal)
    except json.JSONDecodeError:
        return value


def _shown(value: Any) -> str:
    """Show a value, or its beginning where it is long."""
    written = repr(value)
    return written if len(written) <= 60 else f"{written[:57]}…"
