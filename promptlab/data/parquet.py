"""Parquet: a table with its own types, read by pyarrow."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from promptlab.data.assemble import load_files
from promptlab.data.fields import Fields
from promptlab.data.record.classes import classes_of_metadata, name_classes
from promptlab.data.record.row import Row
from promptlab.data.settings import check
from promptlab.data.task import PartialTask
from promptlab.types import Dataset, Task

_CHUNK = 1024


@dataclass(frozen=True)
class Parquet:
    """A folder with `train.parquet` and `test.parquet`, or one file; see `Settings`.

    The types are the file's: text stays as it is, "007" too. Classes are read by the names that
    `datasets` keeps for them in the file.
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
    suffixes: ClassVar = (".parquet",)

    def __post_init__(self) -> None:
        """Refuse what no data set could satisfy."""
        check(self)

    def load(self) -> Dataset:
        """Read the files.

        Raises:
            FileNotFoundError: there is no such folder or file.
            ValueError: a file is not Parquet, or a record is bad; the first are named.
        """
        return load_files(self, self.suffixes, self.read)

    def read(self, path: Path) -> Iterator[Row]:
        """Read the records of one file."""
        return rows(path)


def rows(path: Path) -> Iterator[Row]:
    """Read a table's records.

    Raises:
        ValueError: the file is not Parquet.
    """
    import pyarrow  # noqa: PLC0415 - heavy
    from pyarrow import parquet  # noqa: PLC0415 - heavy

    try:
        table = parquet.ParquetFile(path).read()
    # What is wrong inside a file comes as an OSError: a page that cannot be unpacked, say.
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ValueError(f"{path} is not Parquet, or damaged: {reason}") from None
    classes = {
        name: names
        for name, names in classes_of_metadata(table.schema.metadata).items()
        if name in table.column_names
    }
    for number, values in enumerate(_records(table), 1):
        yield row(values, classes, f"row {number}")


def row(values: Any, classes: Any, place: str) -> Row:
    """Make a row of a record, or of the error in its place."""
    if isinstance(values, Exception):
        return Row(place, problem=f"it cannot be read: {' '.join(str(values).split())[:200]}")
    try:
        return Row(place, name_classes(values, classes))
    except ValueError as error:
        return Row(place, problem=str(error))


def _records(table: Any) -> Iterator[Any]:
    """Yield the records as Python has them, an error in place of one that it has not."""
    for start in range(0, table.num_rows, _CHUNK):
        chunk = table.slice(start, _CHUNK)
        try:
            yield from chunk.to_pylist()
        # Text that is not UTF-8, or a time that Python has not.
        except (UnicodeDecodeError, ValueError, OverflowError):
            yield from map(
                _single_record, (chunk.slice(index, 1) for index in range(chunk.num_rows))
            )


def _single_record(table: Any) -> Any:
    try:
        return table.to_pylist()[0]
    except (UnicodeDecodeError, ValueError, OverflowError) as error:
        return error
