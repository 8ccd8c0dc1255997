"""JSON: one object a line, or one array, or one object with the records below a key."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from promptlab.data.assemble import from_files
from promptlab.data.fields import Fields
from promptlab.data.files import suffix
from promptlab.data.record.nested import below, is_records
from promptlab.data.record.notation import json_value, json_value_at
from promptlab.data.record.row import Row, listing
from promptlab.data.settings import check
from promptlab.data.task import PartialTask
from promptlab.data.text import decoded
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
    pool_size: int | None = None
    seed: int = 0
    task: PartialTask | Task = field(default_factory=PartialTask)
    fields: Fields = field(default_factory=Fields)
    records: str = ""

    def __post_init__(self) -> None:
        """Refuse what no data set could satisfy."""
        check(self)

    def load(self) -> Dataset:
        """Read the files.

        Raises:
            FileNotFoundError: there is no such folder or file.
            ValueError: a record is bad; the first are named with their lines.
        """
        read = partial(rows, records=self.records, fields=self.fields)
        return from_files(self, (".jsonl", ".ndjson", ".json"), read)


def rows(path: Path, records: str = "", fields: Fields | None = None) -> Iterator[Row]:
    """Read a file's records.

    Raises:
        ValueError: the file is not text, or its one object has several lists of records.
    """
    found = list(_values(decoded(path), path))
    if not records and len(found) == 1 and not _is_of_lines(path):
        records = _key(found[0], fields or Fields(), path)
    for row in found:
        yield from _below(row, records) if records and not row.problem else (row,)


def _values(text: str, path: Path) -> Iterator[Row]:
    """Read the objects of a file, however they are divided."""
    start = len(text) - len(text.lstrip())
    if text.startswith("[", start):
        if _is_of_lines(path):
            warnings.warn(
                f"{path} is one JSON array, not JSON Lines; its records are read", stacklevel=2
            )
        return _array(text, start + 1)
    if text.startswith("{", start) and _runs_on(text, start):
        return _spread(text, start)
    return _lines(text)


def _is_of_lines(path: Path) -> bool:
    """Tell whether a file is called one of JSON Lines."""
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


def _runs_on(text: str, start: int) -> bool:
    """Tell whether the first object goes beyond its line."""
    try:
        return "\n" in text[start : json_value_at(text, start)[1]]
    except ValueError:
        # A bracket alone in its line begins a document; the message names where that breaks.
        return not text[start + 1 :].split("\n", 1)[0].strip()


def _spread(text: str, place: int) -> Iterator[Row]:
    """Read objects that are each written over many lines."""
    lines = _Lines(text)
    while place < len(text):
        row, place = _read(text, place, lines, "")
        yield row
        place = _skipped(text, place)


def _array(text: str, place: int) -> Iterator[Row]:
    """Read the objects of an array, from behind its bracket on."""
    lines, number = _Lines(text), 0
    place = _skipped(text, place)
    while not text.startswith("]", place):
        number += 1
        row, place = _read(text, place, lines, f"record {number}, ")
        yield row
        place = _skipped(text, place)
        if text.startswith(",", place):
            place = _skipped(text, place + 1)
        elif not text.startswith("]", place):
            if not row.problem:
                yield Row(f"line {lines.of(place)}", problem="not JSON: expected ',' or ']'")
            return
    if text[place + 1 :].strip():
        yield Row(f"line {lines.of(place)}", problem="not JSON: more text after the array")


def _read(text: str, place: int, lines: "_Lines", name: str) -> tuple[Row, int]:
    """Read one value; what is bad ends the file, since where the next begins is not known."""
    where = f"{name}line {lines.of(place)}"
    try:
        value, end = json_value_at(text, place)
    except ValueError as error:
        return Row(where, problem=str(error)), len(text)
    return _row(value, where), end


def _skipped(text: str, place: int) -> int:
    """Pass over white space."""
    match = _SPACE.match(text, place)
    return match.end() if match else place


class _Lines:
    """The numbers of lines, for places that come in order."""

    def __init__(self, text: str) -> None:
        self._text, self._place, self._line = text, 0, 1

    def of(self, place: int) -> int:
        """Return the number of the line in which a place is."""
        self._line += self._text.count("\n", self._place, place)
        self._place = place
        return self._line


def _row(value: Any, place: str) -> Row:
    """Take a value for a record."""
    if not isinstance(value, dict):
        return Row(place, problem=f"a {type(value).__name__}; expected an object: {{…}}")
    return Row(place, value)


def _key(row: Row, fields: Fields, path: Path) -> str:
    """Find the key below which a file's one object has its records; '' where it is a record."""
    if fields.chosen("question", row.values):
        return ""
    keys = [key for key, value in row.values.items() if is_records(value)]
    if len(keys) > 1:
        raise ValueError(
            f"{path} has several lists of records: set dataset.records= to one of {listing(keys)}"
        )
    return keys[0] if keys else ""


def _below(row: Row, records: str) -> Iterator[Row]:
    """Yield the records below a key."""
    try:
        for number, values in enumerate(below(row.values, records), 1):
            yield Row(f"{row.place}, {records} {number}", values)
    except ValueError as error:
        yield Row(row.place, problem=str(error))
