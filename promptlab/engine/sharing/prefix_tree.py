"""Which prompts begin alike, and what is worth reading once for all of them.

A trie over token ids: the instruction of all prompts, the demonstrations of some, one prompt under
many draws. A shared beginning is read on its own where the tokens that it saves outweigh the extra
pass; beginnings nest. A plan depends on the tokens alone, so it is the same from run to run. (The
idea is RadixAttention's, https://arxiv.org/abs/2312.07104, for prompts that are all known.)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from operator import eq
from typing import TypeAlias

from promptlab.engine.demonstrations.placed import Placed

Tokens: TypeAlias = Sequence[int]
Piece: TypeAlias = tuple[int, ...] | Placed
"""Tokens that are read one after another, or demonstrations that are put side by side."""
Pieces: TypeAlias = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Prompts that begin alike.

    Attributes:
        pieces: What they share, in the pieces in which it is read; empty where it is nothing.
        members: Their indices. Each has at least one token more than is shared.
    """

    pieces: Pieces
    members: tuple[int, ...]

    @property
    def shared(self) -> int:
        """How many tokens are shared."""
        return length(self.pieces)


def length(pieces: Pieces) -> int:
    """How many tokens some pieces have."""
    return sum(map(len, pieces))


def plan(prompts: Sequence[Tokens], *, overhead: int) -> list[Group]:
    """Group prompts by what they share; every prompt is in one group.

    Args:
        prompts: none of them empty.
        overhead: how many tokens must be saved to outweigh an extra pass.
    """
    order = sorted(range(len(prompts)), key=lambda index: (list(prompts[index]), index))
    return list(_grouped(prompts, order, overhead, (), 0)) if prompts else []


def plan_after(
    beginnings: Sequence[Placed | None], prompts: Sequence[Tokens], *, overhead: int
) -> list[Group]:
    """Group prompts of which some have a beginning that is made otherwise than by reading it.

    Args:
        beginnings: of each prompt; it is shorter than the prompt.
        prompts: all their tokens.
        overhead: as in `plan`.
    """
    members: dict[Placed | None, list[int]] = {}
    for number, beginning in enumerate(beginnings):
        members.setdefault(beginning, []).append(number)
    return [
        Group((*ahead, *group.pieces), tuple(some[place] for place in group.members))
        for beginning, some in members.items()
        for ahead in [(beginning,) if beginning is not None else ()]
        for group in plan([prompts[number][length(ahead) :] for number in some], overhead=overhead)
    ]


def common(left: Tokens, right: Tokens) -> int:
    """How many tokens two lists have in common at their beginning."""
    return sum(1 for _ in takewhile(bool, map(eq, left, right)))


def _grouped(
    prompts: Sequence[Tokens], order: Sequence[int], overhead: int, pieces: Pieces, at: int
) -> Iterator[Group]:
    """Group prompts, in lexicographic order, that share `pieces` and are alike up to `at`."""
    depth = length(pieces)
    fork = max(at, _forked(prompts, order))
    if (len(order) - 1) * (fork - depth) > overhead:
        pieces = (*pieces, tuple(prompts[order[0]][depth:fork]))
    members = []
    for branch in _branches(prompts, order, fork):
        if len(branch) == 1 or len(prompts[branch[0]]) == fork + 1 == len(prompts[branch[-1]]):
            members += branch
            continue
        for group in _grouped(prompts, branch, overhead, pieces, fork + 1):
            if group.pieces == pieces:
                members += group.members
            else:
                yield group
    if members:
        yield Group(pieces, tuple(sorted(members)))


def _forked(prompts: Sequence[Tokens], order: Sequence[int]) -> int:
    """How far all are alike, less the last token of the shortest: something must be left to read.

    In lexicographic order the first and the last differ the earliest.
    """
    shortest = min(len(prompts[index]) for index in order)
    return min(common(prompts[order[0]], prompts[order[-1]]), shortest - 1)


def _branches(prompts: Sequence[Tokens], order: Sequence[int], at: int) -> list[list[int]]:
    """Part prompts by their token `at`; those that end with it are a branch of their own."""

    def key(index: int) -> tuple[int, bool]:
        return prompts[index][at], len(prompts[index]) > at + 1

    return [list(branch) for _, branch in groupby(order, key)]
