r"""Composed texts: `Subject: {subject}\n{body}` reads several fields of a record into one text.

The names in braces are fields, nested ones too; a brace that is meant as such is doubled, and `\n`
and `\t` are a line break and a tab, for shells hand them on as two characters. What a field holds
is text: a brace in it names nothing.
"""

from collections.abc import Mapping
from functools import lru_cache
from string import Formatter
from typing import Any

from promptlab.data.record.nested import ABSENT, get
from promptlab.data.record.row import join_names
from promptlab.data.record.value import text

ESCAPES = {r"\n": "\n", r"\t": "\t"}


def is_composed(name: Any) -> bool:
    """Return whether a configured name is a composition of several."""
    return isinstance(name, str) and "{" in name


@lru_cache(maxsize=64)
def parts(composition: str) -> tuple[tuple[str, str], ...]:
    """Split a composition into pairs of a literal text and the field after it, '' for none.

    Raises:
        ValueError: a brace is open, or what stands in braces is no name.
    """
    try:
        parsed = list(Formatter().parse(composition))
    except ValueError as error:
        raise ValueError(_told(composition, str(error))) from None
    for _, name, form, conversion in parsed:
        if name is not None and (not name.strip() or form or conversion):
            raise ValueError(_told(composition, "what stands in braces is no field's name"))
    return tuple((_unescaped(literal), (name or "").strip()) for literal, name, *_ in parsed)


def compose(composition: str, values: Mapping[str, Any]) -> str:
    """Fill in a composition from a record; a field that holds nothing is an empty text.

    Raises:
        ValueError: the record has not one of the fields, or it holds no text.
    """
    return "".join(literal + _read(name, values) for literal, name in parts(composition)).strip()


def is_in(composition: str, values: Mapping[str, Any]) -> bool:
    """Return whether a record has all the fields that a composition names."""
    return all(get(values, name) is not ABSENT for _, name in parts(composition) if name)


def _read(name: str, values: Mapping[str, Any]) -> str:
    value = get(values, name) if name else None
    if value is ABSENT:
        raise ValueError(f"no field {name!r} (it has {join_names(values)})")
    return text(value, name)


def _unescaped(literal: str) -> str:
    for written, meant in ESCAPES.items():
        literal = literal.replace(written, meant)
    return literal


def _told(composition: str, what: str) -> str:
    return (
        f"{composition!r} cannot be filled in ({what}); expected text with the names of fields in "
        "braces, as in 'Subject: {subject}', and a brace that is meant as such doubled: {{ or }}"
    )
