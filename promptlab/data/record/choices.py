"""Choices: whatever way a file gives them, they become texts and the names the file has for them.

A list of texts; a list of objects; an object of names and texts; an object with a list `text` and a
list `label`; columns that hold a choice each: A, B, C, … or option1, option2, …
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from os.path import commonprefix
from typing import Any

from promptlab.data.fields import Fields
from promptlab.data.record.nested import ABSENT, held
from promptlab.data.record.row import listing
from promptlab.data.record.value import nothing, parsed, text, texts
from promptlab.template import LETTERS

_COLUMN = re.compile(
    r"(?P<of>(?i:option|choice|ending|alternative|opt|op|选项)[ _]?)(?P<name>[A-Za-z]|\d{1,2})|"
    r"(?P<name1>[A-Z])"
)
_TEXT, _LABEL = ("text", "content", "value", "option", "choice"), ("label", "key", "name", "id")


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of one question.

    `names` are what the file itself calls them, none or one each; `columns` are the fields that
    hold one each. They are `guessed` where the configuration does not name them, and the record
    does not call them `choices`.
    """

    texts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    guessed: bool = False


NO_CHOICES = Choices()


def choices(values: Mapping[str, Any], fields: Fields) -> Choices:
    """Find the choices of a record; none where it has none.

    Raises:
        ValueError: what should be the choices is none of the forms above.
    """
    if fields.choices and not isinstance(fields.choices, str):
        return _of_columns(values, fields.choices)
    name = fields.chosen("choices", values)
    if name and (fields.choices or name.lower() == "choices"):
        return of_value(held(values, name), name)
    if fields.choices:
        raise ValueError(fields.wanted("choices", values))
    return _guessed(values, name)


def _guessed(values: Mapping[str, Any], name: str) -> Choices:
    """Take for choices what only looks so; what is none of the forms above is none."""
    try:
        if name:
            return replace(of_value(held(values, name), name), guessed=True)
        return replace(_of_columns(values, _columns(tuple(values))), guessed=True)
    except ValueError:
        return NO_CHOICES


def of_value(value: Any, name: str) -> Choices:
    """Understand one value that holds all choices.

    Raises:
        ValueError: it is none of the forms above.
    """
    found = parsed(value, name)
    if isinstance(found, Mapping) and not _is_list(found.get("text")):
        there = {str(key): item for key, item in found.items() if not nothing(item)}
        return Choices(tuple(text(item, name) for item in there.values()), tuple(there))
    if isinstance(found, Mapping):
        return Choices(texts(found["text"], name), texts(found.get("label"), name))
    if _is_list(found) and found and all(isinstance(item, Mapping) for item in found):
        return _of_objects(found, name)
    return Choices(_filled(texts(found, name)))


def _of_objects(items: Sequence[Mapping[str, Any]], name: str) -> Choices:
    """Understand a list of objects, such as `{"label": "A", "text": "red"}`."""
    said = [next((key for key in _TEXT if key in item), "") for item in items]
    if not all(said):
        expected = " or ".join(_TEXT)
        raise ValueError(f"{name!r} has a choice without {expected}; it has {listing(items[0])}")
    called = next((key for key in _LABEL if all(key in item for item in items)), "")
    return Choices(
        tuple(text(item[key], name) for item, key in zip(items, said, strict=True)),
        tuple(text(item[called], name) for item in items) if called else (),
    )


def _of_columns(values: Mapping[str, Any], columns: Sequence[str]) -> Choices:
    """Take one choice of each column; the last ones may be empty."""
    if not columns:
        return NO_CHOICES
    for column in columns:
        if held(values, column) is ABSENT:
            raise ValueError(f"no {column!r} of dataset.fields.choices (it has {listing(values)})")
    found = _filled([text(held(values, column), column).strip() for column in columns])
    if "" in found:
        raise ValueError(f"the choice {columns[found.index('')]!r} is empty")
    kept = tuple(columns[: len(found)])
    prefix = commonprefix(columns) if len(columns) > 1 else ""  # noqa: RUF071  no paths
    names = tuple(column[len(prefix) :] for column in kept)
    return Choices(found, names, kept)


@lru_cache(maxsize=1024)
def _columns(present: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns whose names look like choices: from A or 0 or 1 on, none left out."""
    runs: dict[str, list[str]] = {}
    for column in present:
        if match := _COLUMN.fullmatch(column):
            runs.setdefault(match["of"] or "", []).append(column)
    for prefix, columns in runs.items():
        names = [column[len(prefix) :].upper() for column in columns]
        counted = [*LETTERS], [*map(str, range(27))], [*map(str, range(1, 27))]
        if len(names) > 1 and any(names == wanted[: len(names)] for wanted in counted):
            return tuple(columns)
    return ()


def _filled(found: Sequence[str]) -> tuple[str, ...]:
    """Leave out the last ones where they hold nothing."""
    end = max((place for place, choice in enumerate(found, 1) if choice.strip()), default=0)
    return tuple(found[:end])


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple) or (
        not isinstance(value, str | Mapping) and hasattr(value, "__iter__")
    )
