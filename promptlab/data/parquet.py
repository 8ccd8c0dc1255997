"""Parquet: a table with its own types, read by pyarrow."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from promptlab.data.assemble import from_files
from promptlab.data.fields import Fields
from promptlab.data.row import Row
from promptlab.data.settings import check
from promptlab.data.task import PartialTask
from promptlab.types import Dataset, Task


@dataclass(frozen=True)
class Parquet:
    """A folder with `train.parquet` and `test.parquet`, or one file; see `Settings`.

    The types are the file's: text stays as it is, "007" too.
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

    def __post_init__(self) -> None:
        """Refuse what no data set could satisfy."""
        check(self)

    def load(self) -> Dataset:
        """Read the files.

        Raises:
            FileNotFoundError: there is no such folder or file.
            ValueError: a file is not Parquet, or a record is bad; the first are named.
        """
        return from_files(self, (".parquet",), rows)


def rows(path: Path) -> Iterator[Row]:
    """Read a table's records.

    Raises:
        ValueError: the file is not Parquet.
    """
    import pyarrow  # noqa: PLC0415 - heavy
    from pyarrow import parquet  # noqa: PLC0415 - heavy

    try:
        table = parquet.read_table(path)
    except pyarrow.ArrowInvalid as error:
        raise ValueError(f"{path} is not Parquet: {error}") from None
    for number, values in enumerate(table.to_pylist(), 1):
        yield Row(f"row {number}", values)
