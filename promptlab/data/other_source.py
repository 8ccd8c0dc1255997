"""A file of another format than its data set's: a table of demonstrations beside a JSONL test."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from promptlab.data.fields import Fields
from promptlab.data.files import SOURCES, suffix
from promptlab.data.record.row import Row


def read_as_named(
    path: Path,
    suffixes: Sequence[str],
    read: Callable[[Path], Iterable[Row]],
    fields: Fields,
) -> Iterable[Row]:
    """Read a file as the ending of its name says, by the usual settings of that format.

    Args:
        path: A file.
        suffixes: The endings that the data set's own source reads.
        read: How that reads a file: one of these endings, or of none that any source has.
        fields: What its records' fields are for.
    """
    end = suffix(path).lower()
    return read(path) if end in suffixes or end not in SOURCES else _other(path, fields)


def _other(path: Path, fields: Fields) -> Iterator[Row]:
    from promptlab.data import csv, jsonl, parquet  # noqa: PLC0415  they read by this

    source = SOURCES[suffix(path).lower()]
    if source == "csv":
        return csv.rows(path, csv.Csv(str(path), fields=fields))
    return parquet.rows(path) if source == "parquet" else jsonl.rows(path, fields=fields)
