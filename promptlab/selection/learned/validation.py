"""The part of a pool that is asked while a selection is fitted, and the part that is tried."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from promptlab.selection.exclusion import plain
from promptlab.types import Example


@dataclass(frozen=True)
class Parts:
    """Places in a pool; no question that is asked stands among those that are tried.

    Attributes:
        asked: Members with an answer, which are questions to be helped with.
        tried: Members that may help.
        order: All, in the order in which they were drawn.
    """

    asked: list[int]
    tried: list[int]
    order: list[int]


def parts(pool: Sequence[Example], validation: int, candidates: int, seed: int) -> Parts:
    """Draw up to so many members to be asked, at most half of the pool, and so many to be tried."""
    order = list(range(len(pool)))
    random.Random(f"influence:{seed}").shuffle(order)  # noqa: S311  a draw
    answered = [index for index in order if pool[index].answer]
    asked = answered[: min(validation, len(pool) // 2)]
    same = {plain(pool[index].question) for index in asked}
    left = (index for index in order if plain(pool[index].question) not in same)
    return Parts(asked, list(islice(left, candidates)), order)
