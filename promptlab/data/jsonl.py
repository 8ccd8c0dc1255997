"""JSON: one object a line, or one array, or one object with the records below a key."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from promptlab.data.assemble import load_files
from promptlab.data.fields import Fields
from promptlab.data.files import suffix
from promptlab.data.record.nested import is_records, nested_records
from promptlab.data.record.notation import json_value, json_value_at
from promptlab.data.record.row import Row, join_names
from promptlab.data.settings import check
from promptlab.data.task import PartialTask
from promptlab.data.text import decode
from promptlab.types import Dataset, Task

_SPACE = re.compile(r"\s*")


@dataclass(frozen=True)
class Jsonl:
    """A folder with `train.jsonl` and `test.jsonl`, or one file; `Settings` says what fields mean.

    Numbers keep the digits they are written with: 1.10 is "1.10". NaN holds nothing, like null.

    Attributes:
        records: Where the records are, if each is not a line: `examples`, or a nested name such as
            `data.paragraphs.qas`, whose records have the fields of the objects around them too.
            Empty finds it where a `.json` file is one object with one list of objects.
    """

    path: str
    pool: str | None = None
    test: str | None = None
    limit: int | None = None
    pool_limit: int | None = None
    pool_size: float | None = None
    seed: int = 0
    task: PartialTask | Task = field(default_factory=PartialTask)
    fields: Fields = field(default_factory=Fields)
    records: str = ""
    suffixes: ClassVar = (".jsonl", ".ndjson", ".json")

    def __post_init__(self) -> None:
        """Refuse what no data set could satisfy."""
        check(self)

    def load(self) -> Dataset:
        """Read the files.

        Raises:
            FileNotFoundError: there is no such folder or file.
            ValueError: a record is bad; the first are named with their lines.
        """
        return load_files(self, self.suffixes, self.read)

    def read(self, path: Path) -> Iterator[Row]:
        """Read the records of one file."""
        return rows(path, self.records, self.fields)


def rows(path: Path, records: str = "", fields: Fields | None = None) -> Iterator[Row]:
    """Read a file's records.

    Raises:
        ValueError: the file is not text, or its one object has several lists of records.
    """
    values = list(_values(decode(path), path))
    if not records and len(values) == 1 and not _is_json_lines(path):
        records = _key(values[0], fields or Fields(), path)
    for row in values:
        yield from _nested_rows(row, records) if records and not row.problem else (row,)


def _values(text: str, path: Path) -> Iterator[Row]:
    """Read the objects of a file, however they are divided."""
    start = len(text) - len(text.lstrip())
    if text.startswith("[", start):
        if _is_json_lines(path):
            warnings.warn(
                f"{path} is one JSON array, not JSON Lines; its records are read", stacklevel=2
            )
        return _array(text, start + 1)
    if text.startswith("{", start) and _is_multiline(text, start):
        return _objects(text, start)
    return _lines(text)


def _is_json_lines(path: Path) -> bool:
    """Return whether a file is called one of JSON Lines."""
    return suffix(path) in (".jsonl", ".ndjson")


def _lines(text: str) -> Iterator[Row]:
    """Read one object a line; blank lines are none."""
    # Only "\n" ends a line: `splitlines` would break at characters that JSON text may hold.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield _row(json_value(line), f"line {number}")
            except ValueError as error:
                yield Row(f"line {number}", problem=str(error))


def _is_multiline(text: str, start: int) -> bool:
    """Return whether the first object goes beyond its line."""
    try:
        return "\n" in text[start : json_value_at(text, start)[1]]
    except ValueError:
        # A bracket alone in its line begins a document; the message names where that breaks.
        return not text[start + 1 :].split("\n", 1)[0].strip()


def _objects(text: str, offset: int) -> Iterator[Row]:
    """Read objects that are each written over many lines."""
    lines = _Lines(text)
    while offset < len(text):
        row, offset = _read(text, offset, lines, "")
        yield row
        offset = _skip_space(text, offset)


def _array(text: str, offset: int) -> Iterator[Row]:
    """Read the objects of an array, from behind its bracket on."""
    lines, number = _Lines(text), 0
    offset = _skip_space(text, offset)
    while not text.startswith("]", offset):
        number += 1
        row, offset = _read(text, offset, lines, f"record {number}, ")
        yield row
        offset = _skip_space(text, offset)
        if text.startswith(",", offset):
            offset = _skip_space(text, offset + 1)
        elif not text.startswith("]", offset):
            if not row.problem:
                yield Row(f"line {lines.of(offset)}", problem="not JSON: expected ',' or ']'")
            return
    if text[offset + 1 :].strip():
        yield Row(f"line {lines.of(offset)}", problem="not JSON: more text after the array")


def _read(text: str, offset: int, lines: "_Lines", name: str) -> tuple[Row, int]:
    """Read one value; what is bad ends the file, since where the next begins is not known."""
    place = f"{name}line {lines.of(offset)}"
    try:
        value, end = json_value_at(text, offset)
    except ValueError as error:
        return Row(place, problem=str(error)), len(text)
    return _row(value, place), end


def _skip_space(text: str, offset: int) -> int:
    """Return the offset after white space."""
    match = _SPACE.match(text, offset)
    return match.end() if match else offset


class _Lines:
    """The numbers of lines, for places that come in order."""

    def __init__(self, text: str) -> None:
        self._text, self._offset, self._line = text, 0, 1

    def of(self, offset: int) -> int:
        """Return the number of the line in which a place is."""
        self._line += self._text.count("\n", self._offset, offset)
        self._offset = offset
        return self._line


def _row(value: Any, place: str) -> Row:
    """Make a row of a value."""
    if not isinstance(value, dict):
        return Row(place, problem=f"a {type(value).__name__}; expected an object: {{…}}")
    return Row(place, value)


def _key(row: Row, fields: Fields, path: Path) -> str:
    """Find the key below which a file's one object has its records; '' where it is a record."""
    if fields.find("question", row.values):
        return ""
    keys = [key for key, value in row.values.items() if is_records(value)]
    if len(keys) > 1:
        raise ValueError(
            f"{path} has several lists of records: set dataset.records= to one of "
            f"{join_names(keys)}"
        )
    return keys[0] if keys else ""


def _nested_rows(row: Row, records: str) -> Iterator[Row]:
    """Yield the records below a key."""
    try:
        for number, values in enumerate(nested_records(row.values, records), 1):
            yield Row(f"{row.place}, {records} {number}", values)
    except ValueError as error:
        yield Row(row.place, problem=str(error))
