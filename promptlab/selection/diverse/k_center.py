"""K-center: the most relevant candidate, then always the one farthest from all chosen.

Gonzalez, Clustering to Minimize the Maximum Intercluster Distance (1985): no candidate is farther
from a chosen one than twice what the best set would leave.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from promptlab.protocols import Encoder, Select, Selection, Step
from promptlab.selection.diverse.set_choice import check_choice, choose_set
from promptlab.selection.diverse.ties import first_highest
from promptlab.selection.text import QUESTION_FIRST
from promptlab.types import Example

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class KCenter:
    """Choose the inner selection's first, then one after another the farthest from all chosen.

    Attributes:
        k: How many.
        inner: Ranks the pool.
        encoder: Texts to unit vectors.
        candidates: How many of the inner selection's first are chosen from.
        text: What of a question is read: a format of `question`, `context`, `choices` and, of a
            member, `answer`.
    """

    k: int
    inner: Selection
    encoder: Encoder
    candidates: int = 100
    text: str = QUESTION_FIRST

    def __post_init__(self) -> None:
        """Check the numbers and the format."""
        check_choice(self)

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Fit the inner selection; raise `ValueError` where the pool is too small."""
        return choose_set(self, pool, farthest_first)


def farthest_first(vectors: "NDArray[np.float32]", count: int) -> list[int]:
    """Return the places of `count` of some unit vectors, shape (candidates, dimensions).

    The first place is the first; ties go to the lower place.
    """
    chosen: list[int] = []
    nearest = np.full(len(vectors), -np.inf)
    while len(chosen) < min(count, len(vectors)):
        best = first_highest(-nearest)
        chosen.append(best)
        np.maximum(nearest, vectors @ vectors[best], out=nearest)
        nearest[chosen] = np.inf
    return chosen
