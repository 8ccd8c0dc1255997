"""Dealing: one from each group in turn, until there are enough."""

from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest

NOBODY = -1


def deal(groups: Sequence[Sequence[int]], count: int) -> list[tuple[int, int]]:
    """Return up to `count` pairs of a group's number and its member, dealt round by round.

    A group that has run out is passed over.
    """
    return list(islice(_rounds(groups), count))


def _rounds(groups: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    for dealt in zip_longest(*groups, fillvalue=NOBODY):
        yield from ((group, member) for group, member in enumerate(dealt) if member != NOBODY)
