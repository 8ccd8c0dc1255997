"""JSON Lines: one object a line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from promptlab.data.assemble import from_files
from promptlab.data.fields import Fields
from promptlab.data.row import Row
from promptlab.data.settings import check
from promptlab.data.task import PartialTask
from promptlab.data.text import decoded
from promptlab.types import Dataset, Task

DECODER = json.JSONDecoder(parse_float=Decimal)


@dataclass(frozen=True)
class Jsonl:
    """A folder with `train.jsonl` and `test.jsonl`, or one file; `Settings` says what fields mean.

    Numbers keep the digits they are written with: 1.10 is "1.10".
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
            ValueError: a record is bad; the first are named with their lines.
        """
        return from_files(self, (".jsonl", ".ndjson"), rows)


def rows(path: Path) -> Iterator[Row]:
    """Read a file's objects, one a line; blank lines are none."""
    # Only "\n" ends a line: `splitlines` would break at characters that JSON text may hold.
    for number, line in enumerate(decoded(path).split("\n"), 1):
        if line.strip():
            yield _row(line, f"line {number}")


def _row(line: str, place: str) -> Row:
    """Read one line."""
    try:
        found = DECODER.decode(line)
    except json.JSONDecodeError as error:
        return Row(place, problem=f"not JSON: {error.msg} (column {error.colno})")
    if not isinstance(found, dict):
        return Row(place, problem=f"a {type(found).__name__}; expected an object: {{…}}")
    return Row(place, found)
