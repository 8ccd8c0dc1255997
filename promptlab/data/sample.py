"""A sample: some items, drawn by a seed, in the order they had.

A smaller sample is part of every larger one of the same seed, so that raising a limit adds items
and takes none away.
"""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def sample(items: Sequence[T], size: int | None, seed: str) -> list[T]:
    """Draw `size` of the items; all where it is None or there are no more."""
    if size is None or size >= len(items):
        return list(items)
    return [items[index] for index in sorted(_draw_indices(len(items), size, seed))]


def carve(items: Sequence[T], size: int, seed: str) -> tuple[list[T], list[T]]:
    """Draw `size` of the items, and return them and the others."""
    indices = _draw_indices(len(items), size, seed)
    others = [item for index, item in enumerate(items) if index not in indices]
    return sample(items, size, seed), others


def _draw_indices(count: int, size: int, seed: str) -> set[int]:
    """Return which of `count` items are drawn."""
    order = list(range(count))
    random.Random(seed).shuffle(order)  # noqa: S311 - a sample, no secret
    return set(order[:size])
