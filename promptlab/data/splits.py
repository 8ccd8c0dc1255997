"""Splits: which is the pool and which the test, told by their names."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

T = TypeVar("T")

TEST = ("test", "dev", "validation", "valid", "val")
POOL = ("train", "dev", "validation", "valid", "val")


def told(present: Mapping[str, T], pool: T | None, test: T | None) -> tuple[T | None, T | None]:
    """Return the pool and the test among the splits or files that are there, None for neither.

    What is given is kept. Otherwise the test is the first of `TEST` that is there, or the only
    split; the pool is the first of `POOL` that is not the test.

    Raises:
        ValueError: both are given, and the same.
    """
    if pool is not None and pool == test:
        raise ValueError(
            f"pool and test are both {pool}, so questions could be shown with their answers; set "
            f"pool_size to make a pool of a part of it"
        )
    others = {name: split for name, split in present.items() if split != pool}
    if test is None:
        alone = next(iter(others.values())) if len(others) == 1 else None
        test = _first(TEST, others) or alone
    others = {name: split for name, split in others.items() if split != test}
    return pool or _first(POOL, others), test


def _first(names: Iterable[str], present: Mapping[str, T]) -> T | None:
    """Return the split with the first of these names that there is."""
    return next((present[name] for name in names if name in present), None)
