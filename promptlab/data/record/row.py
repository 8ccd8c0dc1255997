"""A row: one record of a file as it was read, and the place to name when it is bad."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

Item = TypeVar("Item")
T = TypeVar("T")

SHOWN = 5
"""More bad rows than this say nothing new about what is wrong with a file."""

NAMED = 30
"""Fields that a message names."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record; `problem` says why it could not be read, and is empty where it could."""

    place: str
    values: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


def listing(names: Iterable[Any]) -> str:
    """Name fields in a message; what a terminal would not show is written as an escape."""
    found = [repr(str(name))[1:-1] for name in names]
    more = ", …" if len(found) > NAMED else ""
    return f"{', '.join(found[:NAMED])}{more}" or "nothing"


def every(
    items: Iterable[Item], change: Callable[[Item], T], place: Callable[[Item], str], origin: str
) -> list[T]:
    """Change each item, and refuse together those of which that makes a `ValueError`."""
    done, problems = [], []
    for item in items:
        try:
            done.append(change(item))
        except ValueError as error:
            problems.append(f"{place(item)}: {error}")
    _refuse(problems, len(done) + len(problems), origin)
    return done


def _refuse(problems: Sequence[str], rows: int, origin: str) -> None:
    """Raise one `ValueError` that names the first bad rows of a file; do nothing without any."""
    if not problems:
        return
    listed = "".join(f"\n  {problem}" for problem in problems[:SHOWN])
    more = f"\n  and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
    raise ValueError(f"{len(problems)} of {rows} records of {origin} are bad:{listed}{more}")
