"""Notation: a value as JSON writes it, or a list as Python does, read within bounds."""

import ast
import json
import tokenize
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from io import StringIO
from itertools import pairwise
from typing import Any

from promptlab.data.bounds import DIGITS, LISTED, NESTING

DEEP = f"nested more than {NESTING} levels deep"


def json_value(text: str) -> Any:
    """Read a text that is one JSON value; numbers keep their digits, and NaN is None.

    Raises:
        ValueError: it is not JSON, or exceeds the bounds.
    """
    value, end = json_value_at(text, len(text) - len(text.lstrip()))
    if text[end:].strip():
        raise ValueError(f"not JSON: more text after the value (column {end + 1})")
    return value


def json_value_at(text: str, start: int) -> tuple[Any, int]:
    """Read the JSON value that starts at `start`, and say where it ends.

    Raises:
        ValueError: there is no JSON, or it goes beyond the bounds.
    """
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        line = f"line {error.lineno}, " if error.lineno > 1 else ""
        raise ValueError(f"not JSON: {error.msg} ({line}column {error.colno})") from None
    except RecursionError:
        raise ValueError(DEEP) from None
    except ValueError as error:
        # Python's own words for too long an integer name a function of its own.
        beyond = f"a whole number of more than {DIGITS} digits"
        raise ValueError(beyond if "Exceeds the limit" in str(error) else str(error)) from None
    if text.count("[", start, end) + text.count("{", start, end) > NESTING:
        _refuse_deep(value)
    return value, end


def read_list(text: str) -> Any:
    """Read a text that is a list or an object, as JSON or as Python writes it; else return it.

    Raises:
        ValueError: it looks like a list, but cannot be parsed.
    """
    bare = text.strip()
    if not (bare.startswith("[") and bare.endswith("]")) and not (
        bare.startswith("{") and bare.endswith("}")
    ):
        return text
    try:
        return json_value(bare)
    except ValueError as error:
        if str(error) == DEEP:
            raise
    return _python(bare)


def _python(text: str) -> Any:
    """Read a list or an object as Python writes it."""
    expected = 'expected a list as JSON, such as ["red", "blue"]'
    if len(text) > LISTED:
        raise ValueError(f"a list of {len(text)} characters that is not JSON; {expected}")
    try:
        if _has_adjacent_strings(text):
            raise ValueError(f"a list without commas, as numpy prints it; {expected}")
        value = ast.literal_eval(text)
    except (SyntaxError, tokenize.TokenError, MemoryError, RecursionError, TypeError):
        raise ValueError(f"a list that is neither JSON nor Python; {expected}") from None
    except ValueError as error:
        is_adjacent = "without commas" in str(error)
        neither = f"a list that is neither JSON nor Python; {expected}"
        raise ValueError(str(error) if is_adjacent else neither) from None
    _refuse_deep(value)
    return value


def _has_adjacent_strings(text: str) -> bool:
    """Return whether two strings stand side by side, which Python would make one."""
    kinds = [token.type for token in tokenize.generate_tokens(StringIO(text).readline)]
    kinds = [kind for kind in kinds if kind not in (tokenize.NL, tokenize.NEWLINE)]
    return any(pair == (tokenize.STRING, tokenize.STRING) for pair in pairwise(kinds))


def _refuse_deep(value: Any) -> None:
    """Refuse values nested beyond the bound, without recursion."""
    level = [value]
    for _ in range(NESTING + 1):
        level = [item for parent in level for item in _items(parent)]
    if level:
        raise ValueError(DEEP)


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def _decimal(text: str) -> Decimal:
    """Read a number with a point or an exponent, unless writing it out would fill the memory."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("Infinity")
    if not value.is_finite() or abs(value.adjusted()) > DIGITS:
        raise ValueError(f"the number {text[:40]} has more than {DIGITS} digits when written out")
    return value


def _constant(name: str) -> str | None:
    """Read the constants that JSON has not: a missing value of a table is written NaN."""
    return None if name == "NaN" else name


_DECODER = json.JSONDecoder(parse_float=_decimal, parse_constant=_constant)
