"""CSV: a table as text, its first line the names of the fields."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from promptlab.data.assemble import from_files
from promptlab.data.fields import Fields
from promptlab.data.row import Row
from promptlab.data.settings import check
from promptlab.data.task import PartialTask
from promptlab.data.text import decoded
from promptlab.types import Dataset, Task


@dataclass(frozen=True)
class Csv:
    """A folder with `train.csv` and `test.csv`, or one file; `Settings` says what fields mean.

    No type is guessed: "007" and "1.10" stay as they are. Lists (choices, answers) are written as
    JSON.

    Attributes:
        delimiter: What stands between two fields; None is a tab in `.tsv` files, else a comma.
        encoding: How the text is encoded; a byte order mark is no part of it.
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
    delimiter: str | None = None
    encoding: str = "utf-8-sig"

    def __post_init__(self) -> None:
        """Refuse what no data set could satisfy."""
        check(self)
        if self.delimiter is not None and len(self.delimiter) != 1:
            raise ValueError(f"delimiter is {self.delimiter!r}; expected one character, or null")
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
        read = partial(rows, delimiter=self.delimiter, encoding=self.encoding)
        return from_files(self, (".csv", ".tsv"), read)


def rows(path: Path, delimiter: str | None = None, encoding: str = "utf-8-sig") -> Iterator[Row]:
    """Read a table's records, each named by its first line; a quoted field may hold several.

    Raises:
        ValueError: the file is not in this encoding, or its first line does not name each field.
    """
    lines = StringIO(decoded(path, encoding), newline="")
    mark = delimiter or ("\t" if path.suffix == ".tsv" else ",")
    reader = csv.reader(lines, delimiter=mark, strict=True)
    names = _names(next(reader, []), path)
    start = reader.line_num + 1
    try:
        for cells in reader:
            if cells:
                yield _row(names, cells, f"line {start}")
            start = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"{path}, line {start}: {error}; is a quotation mark missing?") from None


def _names(header: list[str], path: Path) -> list[str]:
    """Refuse a first line that does not name every field once."""
    names = [name.strip() for name in header]
    if not names or "" in names or len(set(names)) < len(names):
        raise ValueError(
            f"the first line of {path} is {header}; expected the name of every field, each once"
        )
    return names


def _row(names: list[str], cells: list[str], place: str) -> Row:
    """Name the cells of one record."""
    if len(cells) != len(names):
        return Row(place, problem=f"{len(cells)} fields; expected {len(names)}, as the first line")
    values: dict[str, Any] = dict(zip(names, cells, strict=True))
    return Row(place, values)
