"""A data set is read once for all variants that ask it, and again where its files have changed."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from promptlab.cli.config.component import component
from promptlab.data.files import resolve
from promptlab.leakage import Policy, without_leaks
from promptlab.types import Dataset

Stamp = tuple[str, int, int]
"""A file: its place, when it was written (ns), and its size in bytes."""


def read_once(described: Mapping[str, Any], leakage: Policy, near: float) -> Dataset:
    """Read the data set that a config describes; what is told of it is told once.

    Args:
        described: The config of the data set.
        leakage: What is done with questions that stand in the pool too.
        near: From which share of words on two questions are nearly the same.
    """
    return _read(json.dumps(described), leakage, near, tuple(_stamps(described)))


@lru_cache(maxsize=4)
def _read(described: str, leakage: Policy, near: float, _: tuple[Stamp, ...]) -> Dataset:
    return without_leaks(component("dataset", json.loads(described)).load(), leakage, near)


def _stamps(described: Mapping[str, Any]) -> Iterator[Stamp]:
    """Yield the files that a data set may be read from, none where its path is not one here."""
    try:
        place = resolve(str(described["path"]))
    except (KeyError, FileNotFoundError):
        return
    folder = place if place.is_dir() else place.parent
    names = [str(described[role]) for role in ("pool", "test") if described.get(role)]
    # A name may lack its ending.
    beside = [folder, *(folder / Path(name).expanduser() for name in names)] if names else []
    for path in (place, *beside):
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            if file.is_file():
                told = file.stat()
                yield str(file.absolute()), told.st_mtime_ns, told.st_size
