"""Continuations of one prompt as a tree: what they begin with alike is read once.

A node is a token that is read; what is asked of it is how probable the tokens are that follow it.
The first token of a continuation follows the prompt, and its last is not read. (Trees that are read
under a mask are SpecInfer's, https://arxiv.org/abs/2305.09781, where their branches are guesses.)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

import torch
from torch import Tensor

from promptlab.engine.sharing.prefix_tree import common

Ids: TypeAlias = Sequence[int]
Step: TypeAlias = tuple[int, int]
"""A node, and which of the tokens that follow it."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Tails of some continuations.

    Attributes:
        tokens: Of each node; none stands before its parent.
        parents: The node before each; -1 is the prompt.
        following: The tokens that follow each node.
        paths: By the number of a continuation, its steps after the first token.
    """

    tokens: tuple[int, ...]
    parents: tuple[int, ...]
    following: tuple[tuple[int, ...], ...]
    paths: tuple[tuple[int, tuple[Step, ...]], ...]

    @property
    def straight(self) -> bool:
        """Whether each node stands after the one before it."""
        return all(parent == node - 1 for node, parent in enumerate(self.parents))


@lru_cache(maxsize=256)  # most prompts of a data set have the same labels
def trees(tails: tuple[tuple[int, ...], ...], most: int) -> tuple[Tree, ...]:
    """Put continuations into trees; those of one token are in none.

    Args:
        tails: Tokens of each continuation.
        most: Most nodes of a tree; one continuation alone may have more.
    """
    order = sorted(range(len(tails)), key=tails.__getitem__)
    longer = [number for number in order if len(tails[number]) > 1]
    return tuple(_grown(tails, some) for some in _parted(tails, longer, most))


def _parted(tails: Sequence[Ids], order: Sequence[int], most: int) -> Iterator[list[int]]:
    """Cut continuations, in lexicographic order, into groups that have few enough nodes."""
    some: list[int] = []
    nodes = 0
    for number in order:
        tail = tails[number][:-1]
        new = len(tail) - (common(tails[some[-1]][:-1], tail) if some else 0)
        if some and nodes + new > most:
            yield some
            some, nodes, new = [], 0, len(tail)
        some.append(number)
        nodes += new
    if some:
        yield some


def _grown(tails: Sequence[Ids], numbers: Sequence[int]) -> Tree:
    """Make one tree."""
    nodes: dict[tuple[int, int], int] = {}
    following: list[dict[int, int]] = []
    paths = []
    for number in numbers:
        at, path = -1, []
        for token, after in pairwise(tails[number]):
            at = nodes.setdefault((at, token), len(nodes))
            following += [{} for _ in range(len(nodes) - len(following))]
            path.append((at, following[at].setdefault(after, len(following[at]))))
        paths.append((number, tuple(path)))
    parents, tokens = zip(*nodes, strict=True)
    return Tree(tokens, parents, tuple(map(tuple, following)), tuple(paths))


@lru_cache(maxsize=32)
def seen(tree: Tree) -> tuple[Tensor, Tensor]:
    """Which nodes each node stands after, itself among them, and how many others these are.

    Returns:
        Truth values, shape (nodes, nodes), and numbers from 0 on, shape (nodes,).
    """
    after = torch.eye(len(tree.tokens), dtype=torch.bool)
    for node, parent in enumerate(tree.parents):
        if parent >= 0:
            after[node] |= after[parent]
    return after, after.sum(dim=-1) - 1
