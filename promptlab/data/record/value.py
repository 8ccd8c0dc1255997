"""Values as text: what a record holds, written as the file writes it."""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from promptlab.data.bounds import DIGITS
from promptlab.data.record.nested import within
from promptlab.data.record.notation import listed
from promptlab.data.record.row import listing

_SURROGATE = re.compile("[\ud800-\udfff]")
_WANTED = 'expected a list such as ["red", "blue"]'


def nothing(value: Any) -> bool:
    """Tell whether a value holds nothing: null, NaN, or a text that is blank."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, float | Decimal) and math.isnan(value))


def text(value: Any, name: str) -> str:
    """Return a value as text: 18 is "18", true is "true", nothing is "".

    Raises:
        ValueError: the value is a list, an object or anything else that is not one value, or it
            has half a character in it.
    """
    if value is None or (not isinstance(value, str) and nothing(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal) and abs(value.adjusted()) <= DIGITS:
        return f"{value:f}"
    if isinstance(value, str):
        return _whole(value, name)
    if isinstance(value, float) or (isinstance(value, int) and value.bit_length() < 3 * DIGITS):
        return str(value)
    inside = [path for path in within(value, name) if path != name]
    more = f". Name one of {listing(inside)} in its place" if inside else ""
    raise ValueError(f"{name!r} is {shown(value)}; expected text, a number, true or false{more}")


def _whole(value: str, name: str) -> str:
    """Refuse a text with half a character: no model reads it, and no file can be written of it."""
    if not value.isascii() and (half := _SURROGATE.search(value)):
        raise ValueError(
            f"{name!r} holds half a character, \\u{ord(half.group()):04x}, after "
            f"{shown(value[: half.start()][-20:])}; delete it, or write the whole character"
        )
    return value


def texts(value: Any, name: str) -> tuple[str, ...]:
    """Return a list of values as texts; a list may be written as a text, as tables must.

    Raises:
        ValueError: the value is not a list.
    """
    found = parsed(value, name)
    if isinstance(found, Mapping) and "text" in found:
        found = parsed(found["text"], name)
    if nothing(found):
        return ()
    if isinstance(found, str | Mapping) or not hasattr(found, "__iter__"):
        raise ValueError(f"{name!r} is {shown(value)}; {_WANTED}")
    return tuple(text(item, name) for item in found)


def parsed(value: Any, name: str) -> Any:
    """Read a list or an object that a table holds as text; leave anything else alone.

    Raises:
        ValueError: it looks like a list, and is none that can be read.
    """
    if not isinstance(value, str):
        return value
    try:
        return listed(value)
    except ValueError as error:
        raise ValueError(f"{name!r} is {shown(value)}, {error}") from None


def plain(value: Any) -> Any:
    """Return a value as JSON can write it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return _whole(value, "metadata")
    return value if isinstance(value, int | float | None) else str(value)


def shown(value: Any) -> str:
    """Show a value, or its beginning where it is long."""
    written = repr(value)
    return written if len(written) <= 60 else f"{written[:57]}…"
