"""A row: one record of a file as it was read, and the place to name when it is bad."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

SHOWN = 5
"""More bad rows than this say nothing new about what is wrong with a file."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record; `problem` says why it could not be read, and is empty where it could."""

    place: str
    values: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


def refuse(problems: Iterable[str], rows: int, origin: str) -> None:
    """Raise one `ValueError` that names the first bad rows of a file; do nothing without any."""
    found = list(problems)
    if not found:
        return
    listed = "".join(f"\n  {problem}" for problem in found[:SHOWN])
    more = f"\n  and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    raise ValueError(f"{len(found)} of {rows} records of {origin} are bad:{listed}{more}")
