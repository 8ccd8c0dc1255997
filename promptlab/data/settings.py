"""The settings that all sources share, whatever the format."""

from typing import Any, Protocol

from promptlab.data.fields import Fields
from promptlab.data.task import PartialTask
from promptlab.types import Task


class Settings(Protocol):
    """The fields that all sources share.

    Attributes:
        path: A folder, or one file, packed by gzip or not; relative to the working directory, or
            to what promptlab ships, as in `datasets/arithmetic`. For the hub, a name there.
        pool: The file (or split) with the examples to demonstrate; None finds it by its name.
        test: The file (or split) with the examples to answer; None finds it by its name.
        limit: How many test examples to use: a sample drawn by `seed`, in the file's order,
            because many files are sorted by label. None uses all.
        pool_limit: How many of the pool, drawn likewise; 0 leaves it empty.
        pool_size: Where there is one file alone, how many of its examples, drawn likewise, become
            the pool, or which share of them, as 0.5; the others are the test.
        seed: Decides all three draws. It is not the experiment's, so that runs with other seeds
            answer the same questions.
        task: What is asked; what it leaves out is completed from the data.
        fields: The names of the records' fields.
    """

    @property
    def path(self) -> str: ...  # noqa: D102 - described above, like the others
    @property
    def pool(self) -> str | None: ...  # noqa: D102
    @property
    def test(self) -> str | None: ...  # noqa: D102
    @property
    def limit(self) -> int | None: ...  # noqa: D102
    @property
    def pool_limit(self) -> int | None: ...  # noqa: D102
    @property
    def pool_size(self) -> float | None: ...  # noqa: D102
    @property
    def seed(self) -> int: ...  # noqa: D102
    @property
    def task(self) -> PartialTask | Task: ...  # noqa: D102
    @property
    def fields(self) -> Fields: ...  # noqa: D102


def check(settings: Settings) -> None:
    """Refuse settings that no data set could satisfy."""
    if not settings.path:
        raise ValueError("path is empty; expected the folder or file of a data set: dataset.path=…")
    _expect("limit", settings.limit, 1, "all of the test")
    _expect("pool_limit", settings.pool_limit, 0, "all of the pool")
    share = settings.pool_size
    if not (isinstance(share, float) and 0 < share < 1):
        _expect("pool_size", share, 1, "a pool from its own file", "or a share such as 0.5, ")


def _expect(name: str, value: Any, least: int, otherwise: str, also: str = "") -> None:
    """Refuse a value that is not a count."""
    is_count = isinstance(value, int) and not isinstance(value, bool) and value >= least
    if value is not None and not is_count:
        raise ValueError(
            f"{name} is {value!r}; expected a whole number, at least {least}, {also}or null "
            f"for {otherwise}"
        )
