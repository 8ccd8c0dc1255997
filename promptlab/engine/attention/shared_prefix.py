"""What rows have read before their own columns, held once for all rows that begin alike.

Every row begins with one part, or with none: the draws of one prompt with all of that prompt, other
rows with what many prompts have in common.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor

Seats: TypeAlias = tuple[Tensor | None, ...]
"""For each part the numbers of the rows that begin with it; None is all rows."""


@dataclass(slots=True)
class Front:
    """A layer's keys and values of all parts.

    Attributes:
        parts: keys and values of each, shape (1, heads, columns, size).
        seats: who begins with which.
        width: how many columns of a mask stand for it: as many as the longest part has, or had.
        served: set by an attention that saw it.
    """

    parts: tuple[tuple[Tensor, Tensor], ...]
    seats: Seats
    width: int
    served: bool = False


def reseated(seats: Seats, order: Sequence[int]) -> tuple[list[int], Seats]:
    """The parts that are still begun with, and by whom, once row `order[place]` is at `place`."""
    kept, left = [], []
    for number, rows in enumerate(seats):
        begun = None if rows is None else set(rows.tolist())
        places = [place for place, row in enumerate(order) if begun is None or row in begun]
        if places:
            kept.append(number)
            left.append(_seat(places, len(order), None if rows is None else rows.device))
    return kept, tuple(left)


def merged(left: Front | None, right: Front | None, counts: tuple[int, int]) -> Front | None:
    """The front of some rows and, after them, of some more; a part that both have is one.

    Args:
        left: of the first rows.
        right: of the others.
        counts: how many rows there are of both.
    """
    if left is None and right is None:
        return None
    parts: dict[tuple[int, int], tuple[Tensor, Tensor]] = {}
    places: dict[tuple[int, int], list[int]] = {}
    for front, first, count in ((left, 0, counts[0]), (right, counts[0], counts[1])):
        for part, rows in zip(front.parts, front.seats, strict=True) if front else ():
            name = (part[0].data_ptr(), part[0].shape[2])
            parts.setdefault(name, part)
            begun = range(count) if rows is None else rows.tolist()
            places.setdefault(name, []).extend(first + row for row in begun)
    device = next(iter(parts.values()))[0].device
    seats = tuple(_seat(some, sum(counts), device) for some in places.values())
    width = max(front.width for front in (left, right) if front is not None)
    return Front(tuple(parts.values()), seats, width)


def seats_of(parts: Sequence[int | None], device: torch.device | None = None) -> Seats:
    """Who begins with which part, from the number of each row's part; None is none."""
    count = len({part for part in parts if part is not None})
    chosen = [[row for row, part in enumerate(parts) if part == n] for n in range(count)]
    return tuple(_seat(rows, len(parts), device) for rows in chosen)


def _seat(rows: list[int], count: int, device: torch.device | None) -> Tensor | None:
    return None if len(rows) == count else torch.tensor(rows, device=device)
