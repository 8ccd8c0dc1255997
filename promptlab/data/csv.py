"""CSV: a table as text, its first line the names of the fields."""

import codecs
import csv
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import ClassVar, Literal, get_args

from promptlab.data.assemble import load_files
from promptlab.data.bounds import FILE
from promptlab.data.fields import Fields
from promptlab.data.files import suffix
from promptlab.data.record.row import Row
from promptlab.data.record.to_label import is_to_label
from promptlab.data.record.value import preview
from promptlab.data.settings import check
from promptlab.data.task import PartialTask
from promptlab.data.text import decode
from promptlab.types import Dataset, Task

Quoting = Literal["minimal", "none"]
HEADER = 1000
"""Characters among which a file of questions to label names its fields."""
NOTHING = frozenset({"NaN", "nan", "<NA>", "null", "NULL"})
"""How tables write an empty cell; a literal text such as "NaN" needs JSON."""


@dataclass(frozen=True)
class Csv:
    """A folder with `train.csv` and `test.csv`, or one file; `Settings` says what fields mean.

    No type is guessed: "007" and "1.10" stay as they are. Lists (choices, answers) are written as
    JSON, or as Python does.

    Attributes:
        delimiter: What stands between two fields; None is a tab in `.tsv` files, else a comma.
        encoding: How the text is encoded; a byte order mark is no part of it.
        quoting: `minimal` where quotation marks may stand around a field, so that it can hold the
            delimiter and line ends; `none` where they are characters like any other. None is
            `none` between tabs, else `minimal`.
        header: The names of the fields, in a file whose first line is a record.
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
    delimiter: str | None = None
    encoding: str = "utf-8-sig"
    quoting: Quoting | None = None
    header: Sequence[str] = ()
    suffixes: ClassVar = (".csv", ".tsv")

    def __post_init__(self) -> None:
        """Refuse what no data set could satisfy."""
        check(self)
        if self.delimiter == "\\t":
            object.__setattr__(self, "delimiter", "\t")
        if self.delimiter is not None and len(self.delimiter) != 1:
            raise ValueError(f"delimiter is {self.delimiter!r}; expected one character, or null")
        if self.quoting not in (None, *get_args(Quoting)):
            raise ValueError(f"quoting is {self.quoting!r}; expected minimal, none, or null")
        if isinstance(self.header, str):
            raise ValueError(
                f"header is {self.header!r}; expected a list of names: [question,answer]"
            )
        object.__setattr__(self, "header", tuple(str(name or "") for name in self.header))
        try:
            codecs.lookup(self.encoding)
        except LookupError:
            raise ValueError(
                f"encoding is {self.encoding!r}; expected one that Python knows, such as utf-8-sig "
                f"or gb18030"
            ) from None

    def load(self) -> Dataset:
        """Read the files.

        Raises:
            FileNotFoundError: there is no such folder or file.
            ValueError: a record is bad; the first are named with their lines.
        """
        return load_files(self, self.suffixes, self.read)

    def read(self, path: Path) -> Iterator[Row]:
        """Read the records of one file."""
        return rows(path, self)


@dataclass(frozen=True, slots=True)
class _Record:
    """The cells of one record, and its first and last line."""

    first: int
    last: int
    cells: list[str]

    @property
    def place(self) -> str:
        return f"line {self.first}"


def rows(path: Path, settings: Csv) -> Iterator[Row]:
    """Read a table's records, each named by its first line; a quoted field may hold several.

    Raises:
        ValueError: the file is not in this encoding, or its first line does not name each field.
    """
    text = decode(path, settings.encoding)
    if not text.strip():
        raise ValueError(f"{path} is empty; expected a first line that names the fields")
    if is_to_label(next(csv.reader([re.split(r"[\r\n]", text[:HEADER], maxsplit=1)[0]]), [])):
        settings = Csv(settings.path)
    delimiter = settings.delimiter or ("\t" if suffix(path) == ".tsv" else ",")
    quoted = (settings.quoting or ("none" if delimiter == "\t" else "minimal")) == "minimal"
    lines = StringIO(text, newline="").readlines()
    records = [record for record in _records(lines, delimiter, path, quoted=quoted) if record.cells]
    names = _names(list(settings.header) or (records[0].cells if records else []), path)
    records = records if settings.header else records[1:]
    if settings.quoting is None and quoted:
        _warn_of_merged(records, lines, delimiter, path, len(names))
    elif settings.quoting is None:
        _warn_of_quotes(records, path)
    if not settings.header:
        _expect_header(names, settings.fields, path)
    for record in records:
        yield _row(names, record)


def _records(lines: list[str], delimiter: str, path: Path, *, quoted: bool) -> Iterator[_Record]:
    """Divide the lines of a table into records, and these into cells."""
    reader = csv.reader(
        lines,
        delimiter=delimiter,
        strict=True,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        skipinitialspace=quoted and delimiter in ",;",
    )
    start = 1
    try:
        with _long_fields():
            for cells in reader:
                yield _Record(start, reader.line_num, cells)
                start = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(
            f"{path}, line {start}: {error}; is a quotation mark missing? "
            f"dataset.quoting=none takes quotation marks as they stand"
        ) from None


@contextmanager
def _long_fields() -> Iterator[None]:
    """Let a field be as long as a file; the csv module has one global limit."""
    before = csv.field_size_limit(min(FILE, 2**31 - 1))
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _names(header: list[str], path: Path) -> list[str]:
    """Return the field names; refuse repeated ones."""
    names = [name.strip() for name in header]
    nonempty = [name for name in names if name]
    if not nonempty or len(set(nonempty)) < len(nonempty):
        raise ValueError(
            f"the first line of {path} is {preview(header)}; expected the name of every field, "
            f"each once. Where it is a record, dataset.header=[question,answer] names them"
        )
    return names


def _expect_header(names: list[str], fields: Fields, path: Path) -> None:
    """Refuse a first line that names no question, perhaps because it is a record."""
    present = dict.fromkeys(name for name in names if name)
    if "." in fields.question or "{" in fields.question or fields.find("question", present):
        return
    problem = f"the first line of {path} names {fields.describe_missing('question', present)}"
    if len(names) == 1 and (mark := next((mark for mark in ";\t|" if mark in names[0]), "")):
        delimiter = mark.replace("\t", "\\t")
        raise ValueError(
            f"{problem}. Are fields divided by {mark!r}? 'dataset.delimiter=\"{delimiter}\"'"
        )
    raise ValueError(
        f"{problem}. If it is a record already, name its {len(names)} fields: "
        f"dataset.header=[question,…,answer]"
    )


def _row(names: list[str], record: _Record) -> Row:
    """Name the cells of one record; those of a column without a name are left out."""
    if len(record.cells) != len(names):
        count, expected = len(record.cells), len(names)
        problem = (
            f"{count} fields; expected {expected}, as there are names{_hint(record, expected)}"
        )
        return Row(record.place, problem=problem)
    cells = [None if cell in NOTHING else cell for cell in record.cells]
    for number, (name, cell) in enumerate(zip(names, cells, strict=True), 1):
        # The first column without a name is the index of a table that pandas wrote.
        if not name and cell and number > 1:
            problem = f"field {number} is {cell[:40]!r}, and the first line gives it no name"
            return Row(record.place, problem=problem)
    return Row(record.place, {name: cell for name, cell in zip(names, cells, strict=True) if name})


def _hint(record: _Record, expected: int) -> str:
    """Say what may be wrong with a record that has too few or too many fields."""
    if any(cell.startswith('"') for cell in record.cells):
        return "; dataset.quoting=minimal lets a field between quotation marks hold anything"
    if len(record.cells) > expected:
        return "; a field with the delimiter in it must stand between quotation marks"
    return ""


def _warn_of_merged(
    records: list[_Record], lines: list[str], mark: str, path: Path, fields: int
) -> None:
    """Warn of quotation marks around a field that make one record of lines that could be many."""
    merged = [record for record in records if _is_merged(record, lines, mark, fields)]
    if merged:
        first = merged[0]
        warnings.warn(
            f"{path}: lines {first.first} to {first.last} are one record, because quotation marks "
            f"stand around a field, though each has {fields} fields ({len(merged)} such records). "
            f"dataset.quoting=none reads every line as a record, dataset.quoting=minimal agrees",
            stacklevel=2,
        )


def _warn_of_quotes(records: list[_Record], path: Path) -> None:
    """Warn of quotation marks that are kept, though they may have been meant as quoting."""
    quoted = sum(any(_is_quoted(cell) for cell in record.cells) for record in records)
    if quoted:
        warnings.warn(
            f"{path}: {quoted} of {len(records)} records have a field between quotation marks, "
            f"which are kept, as between tabs they are no quoting; dataset.quoting=minimal takes "
            f"them away, dataset.quoting=none agrees",
            stacklevel=2,
        )


def _is_merged(record: _Record, lines: list[str], mark: str, fields: int) -> bool:
    """Return whether every line of a record could be one of its own."""
    span = lines[record.first - 1 : record.last]
    return len(span) > 1 and all(line.count(mark) == fields - 1 for line in span)


def _is_quoted(cell: str) -> bool:
    """Return whether a cell is written as quoting would write it."""
    inner = cell[1:-1].replace('""', "")
    return len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in inner
