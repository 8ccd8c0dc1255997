"""The Hugging Face hub: a data set by its name there, or a folder that `datasets` can read."""

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from promptlab.data.assemble import Split, assemble
from promptlab.data.fields import Fields
from promptlab.data.files import choose_splits
from promptlab.data.record.classes import name_classes
from promptlab.data.record.row import Row
from promptlab.data.settings import check
from promptlab.data.task import PartialTask
from promptlab.machine.hub_connection import offline_where_unreachable
from promptlab.types import Dataset, Task


@dataclass(frozen=True)
class Hub:
    """A data set of the hub; `path` is its name, `pool` and `test` are splits; see `Settings`.

    A class that the hub knows by number is read by its name. Types are as `datasets` has them: it
    guesses those of JSON and CSV files, so read such files with `Jsonl` or `Csv`.

    Attributes:
        subset: The configuration, such as `main` of `openai/gsm8k`; None where there is but one.
        revision: The commit or tag; None is the newest.
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
    subset: str | None = None
    revision: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no data set could satisfy."""
        check(self)

    def load(self) -> Dataset:
        """Fetch the splits, or read them from the hub's cache.

        Raises:
            ImportError: `datasets` is not installed.
            ConnectionError: the hub cannot be reached, and its cache has no such data set.
            ValueError: there is no such split, or a record is bad; the first are named.
        """
        splits = _fetch(self.path, self.subset, self.revision)
        for key, split_name in (("pool", self.pool), ("test", self.test)):
            _expect(split_name, key, splits)
        pool, test = choose_splits({name: name for name in splits}, self.pool, self.test)
        if test is None:
            raise ValueError(
                f"no split of {self.path} is called test or validation; it has "
                f"{', '.join(splits)}. Set dataset.test= to one of them"
            )
        name = "/".join(filter(None, (self.path, self.subset)))
        pool_split = Split(f"{name}, {pool}", list(_rows(splits[pool]))) if pool else None
        return assemble(name, pool_split, Split(f"{name}, {test}", list(_rows(splits[test]))), self)


def _fetch(path: str, subset: str | None, revision: str | None) -> Mapping[str, Any]:
    """Fetch all splits of a data set."""
    try:
        # In a checkout mypy finds the folder of data files under this name.
        from datasets import exceptions, load_dataset  # type: ignore[attr-defined] # noqa: PLC0415 - an extra
    except ImportError:
        raise ImportError(
            'dataset=hf needs the package datasets: pip install "promptlab[hub]"'
        ) from None
    try:
        with nullcontext() if Path(path).is_dir() else offline_where_unreachable():
            splits: Mapping[str, Any] = load_dataset(path, name=subset, revision=revision)
    except ConnectionError as error:
        raise ConnectionError(
            f"the Hugging Face hub cannot be reached for {path!r} ({error}); download the data set "
            f"where there is a connection, and read its files with dataset=parquet or dataset=jsonl"
        ) from error
    except exceptions.DatasetGenerationError as error:
        reason = " ".join(str(error.__cause__ or error).split())[:300]
        raise ValueError(f"datasets cannot read {path}: {reason}") from None
    return splits


def _expect(name: str | None, key: str, splits: Mapping[str, Any]) -> None:
    """Refuse a split that does not exist."""
    if name is None or name in splits:
        return
    near = get_close_matches(name, splits, 1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise ValueError(
        f"there is no split {name!r}; expected one of {', '.join(splits)}, in dataset.{key}=.{hint}"
    )


def _rows(split: Any) -> Iterator[Row]:
    """Read a split's records, with classes by their names; a class of -1 is an answer withheld."""
    classes = {name: kind.names for name, kind in split.features.items() if hasattr(kind, "names")}
    for number, record in enumerate(split, 1):
        try:
            yield Row(f"row {number}", name_classes(record, classes))
        except ValueError as error:
            yield Row(f"row {number}", problem=str(error))
