"""A row: one record of a file as it was read, and the place to name when it is bad."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

Item = TypeVar("Item")
T = TypeVar("T")

SHOWN = 5
"""Most bad rows listed in a message."""

NAMED = 30
"""Fields that a message names."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record; `problem` says why it could not be read, and is empty where it could."""

    place: str
    values: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


def join_names(names: Iterable[Any]) -> str:
    """Join field names for a message, with unprintable characters escaped."""
    escaped = [repr(str(name))[1:-1] for name in names]
    more = ", …" if len(escaped) > NAMED else ""
    return f"{', '.join(escaped[:NAMED])}{more}" or "nothing"


def map_rows(
    items: Iterable[Item], change: Callable[[Item], T], place: Callable[[Item], str], origin: str
) -> list[T]:
    """Map each item, and collect the `ValueError`s into one."""
    results, problems = [], []
    for item in items:
        try:
            results.append(change(item))
        except ValueError as error:
            problems.append(f"{place(item)}: {error}")
    _refuse(problems, len(results) + len(problems), origin)
    return results


def _refuse(problems: Sequence[str], rows: int, origin: str) -> None:
    """Raise one `ValueError` that names the first bad rows of a file; do nothing without any."""
    if not problems:
        return
    lines = "".join(f"\n  {problem}" for problem in problems[:SHOWN])
    more = f"\n  and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
    raise ValueError(f"{len(problems)} of {rows} records of {origin} are bad:{lines}{more}")
