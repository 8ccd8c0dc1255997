"""Values as text: what a record holds, written as the file writes it."""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from promptlab.data.bounds import DIGITS
from promptlab.data.record.nested import paths_within
from promptlab.data.record.notation import read_list
from promptlab.data.record.row import join_names

_SURROGATE = re.compile("[\ud800-\udfff]")
_EXPECTED = 'expected a list such as ["red", "blue"]'


def is_empty(value: Any) -> bool:
    """Return whether a value holds nothing: null, NaN, or a text that is blank."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, float | Decimal) and math.isnan(value))


def text(value: Any, name: str) -> str:
    """Return a value as text: 18 is "18", true is "true", nothing is "".

    Raises:
        ValueError: the value is a list, an object or anything else that is not one value, or it
            has half a character in it.
    """
    if value is None or (not isinstance(value, str) and is_empty(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal) and abs(value.adjusted()) <= DIGITS:
        return f"{value:f}"
    if isinstance(value, str):
        return _check_surrogates(value, name)
    if isinstance(value, float) or (isinstance(value, int) and value.bit_length() < 3 * DIGITS):
        return str(value)
    paths = [path for path in paths_within(value, name) if path != name]
    more = f". Name one of {join_names(paths)} in its place" if paths else ""
    raise ValueError(f"{name!r} is {preview(value)}; expected text, a number, true or false{more}")


def _check_surrogates(value: str, name: str) -> str:
    """Refuse a text with a lone surrogate, which no model reads and no file can hold."""
    if not value.isascii() and (half := _SURROGATE.search(value)):
        raise ValueError(
            f"{name!r} holds half a character, \\u{ord(half.group()):04x}, after "
            f"{preview(value[: half.start()][-20:])}; delete it, or write the whole character"
        )
    return value


def texts(value: Any, name: str) -> tuple[str, ...]:
    """Return a list of values as texts; a list may be written as a text, as tables must.

    Raises:
        ValueError: the value is not a list.
    """
    items = parse_list(value, name)
    if isinstance(items, Mapping) and "text" in items:
        items = parse_list(items["text"], name)
    if is_empty(items):
        return ()
    if isinstance(items, str | Mapping) or not hasattr(items, "__iter__"):
        raise ValueError(f"{name!r} is {preview(value)}; {_EXPECTED}")
    return tuple(text(item, name) for item in items)


def parse_list(value: Any, name: str) -> Any:
    """Read a list or an object that a table holds as text; leave anything else alone.

    Raises:
        ValueError: it looks like a list, but cannot be parsed.
    """
    if not isinstance(value, str):
        return value
    try:
        return read_list(value)
    except ValueError as error:
        raise ValueError(f"{name!r} is {preview(value)}, {error}") from None


def json_plain(value: Any) -> Any:
    """Return a value as JSON can write it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {key: json_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_plain(item) for item in value]
    if isinstance(value, str):
        return _check_surrogates(value, "metadata")
    return value if isinstance(value, int | float | None) else str(value)


def preview(value: Any) -> str:
    """Show a value, or its beginning where it is long."""
    literal = repr(value)
    return literal if len(literal) <= 60 else f"{literal[:57]}…"
