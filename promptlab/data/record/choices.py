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
from promptlab.data.record.nested import ABSENT, get
from promptlab.data.record.row import join_names
from promptlab.data.record.value import is_empty, parse_list, text, texts
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
    name = fields.find("choices", values)
    if name and (fields.choices or name.lower() == "choices"):
        return parse_choices(get(values, name), name)
    if fields.choices:
        raise ValueError(fields.describe_missing("choices", values))
    return _guess(values, name)


def _guess(values: Mapping[str, Any], name: str) -> Choices:
    """Guess choices from names alone; none where they have none of the forms above."""
    try:
        if name:
            return replace(parse_choices(get(values, name), name), guessed=True)
        return replace(_of_columns(values, _columns(tuple(values))), guessed=True)
    except ValueError:
        return NO_CHOICES


def parse_choices(value: Any, name: str) -> Choices:
    """Parse one value that holds all choices.

    Raises:
        ValueError: it is none of the forms above.
    """
    content = parse_list(value, name)
    if isinstance(content, Mapping) and not _is_list(content.get("text")):
        present = {str(key): item for key, item in content.items() if not is_empty(item)}
        return Choices(tuple(text(item, name) for item in present.values()), tuple(present))
    if isinstance(content, Mapping):
        return Choices(texts(content["text"], name), texts(content.get("label"), name))
    if _is_list(content) and content and all(isinstance(item, Mapping) for item in content):
        return _of_objects(content, name)
    return Choices(_strip_empty(texts(content, name)))


def _of_objects(items: Sequence[Mapping[str, Any]], name: str) -> Choices:
    """Parse a list of objects, such as `{"label": "A", "text": "red"}`."""
    keys = [next((key for key in _TEXT if key in item), "") for item in items]
    if not all(keys):
        expected = " or ".join(_TEXT)
        raise ValueError(f"{name!r} has a choice without {expected}; it has {join_names(items[0])}")
    label = next((key for key in _LABEL if all(key in item for item in items)), "")
    return Choices(
        tuple(text(item[key], name) for item, key in zip(items, keys, strict=True)),
        tuple(text(item[label], name) for item in items) if label else (),
    )


def _of_columns(values: Mapping[str, Any], columns: Sequence[str]) -> Choices:
    """Take one choice of each column; the last ones may be empty."""
    if not columns:
        return NO_CHOICES
    for column in columns:
        if get(values, column) is ABSENT:
            raise ValueError(
                f"no {column!r} of dataset.fields.choices (it has {join_names(values)})"
            )
    options = _strip_empty([text(get(values, column), column).strip() for column in columns])
    if "" in options:
        raise ValueError(f"the choice {columns[options.index('')]!r} is empty")
    used = tuple(columns[: len(options)])
    prefix = commonprefix(columns) if len(columns) > 1 else ""  # noqa: RUF071  no paths
    names = tuple(column[len(prefix) :] for column in used)
    return Choices(options, names, used)


@lru_cache(maxsize=1024)
def _columns(present: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns whose names look like choices: from A or 0 or 1 on, none left out."""
    runs: dict[str, list[str]] = {}
    for column in present:
        if match := _COLUMN.fullmatch(column):
            runs.setdefault(match["of"] or "", []).append(column)
    for prefix, columns in runs.items():
        names = [column[len(prefix) :].upper() for column in columns]
        sequences = [*LETTERS], [*map(str, range(27))], [*map(str, range(1, 27))]
        if len(names) > 1 and any(names == sequence[: len(names)] for sequence in sequences):
            return tuple(columns)
    return ()


def _strip_empty(options: Sequence[str]) -> tuple[str, ...]:
    """Leave out the last ones where they hold nothing."""
    end = max((index for index, choice in enumerate(options, 1) if choice.strip()), default=0)
    return tuple(options[:end])


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple) or (
        not isinstance(value, str | Mapping) and hasattr(value, "__iter__")
    )
