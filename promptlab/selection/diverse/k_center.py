"""K-center: the most relevant candidate, then always the one farthest from all chosen.

Gonzalez, Clustering to Minimize the Maximum Intercluster Distance (1985): no candidate is farther
from a chosen one than twice what the best set would leave.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from promptlab.index.hit import Hit
from promptlab.protocols import Encoder, Select, Selection, Step
from promptlab.selection.dense.space import Space, Within
from promptlab.selection.pool import check_k
from promptlab.selection.ranker import check_candidates, choose_among, in_order
from promptlab.selection.text import QUESTION_FIRST, check_format
from promptlab.types import Example, Question

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
        check_k(self.k)
        check_candidates(self.candidates, self.k)
        check_format(self.text)

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Fit the inner selection; raise `ValueError` where the pool is too small."""
        choose = Within(Space(pool, self.encoder, self.text), self._choose)
        return choose_among(pool, self.k, self.inner, self.candidates, choose, scores=False)

    def _choose(
        self,
        space: Space,
        question: Question,  # noqa: ARG002  a reranking is given it
        hits: Sequence[Hit],
        count: int,
    ) -> list[Hit]:
        vectors = space.vectors[[hit.index for hit in hits]]
        return in_order(hits[place] for place in farthest_first(vectors, count))


def farthest_first(vectors: "NDArray[np.float32]", count: int) -> list[int]:
    """Return the places of `count` of some unit vectors, shape (candidates, dimensions).

    The first place is the first; ties go to the lower place.
    """
    chosen: list[int] = []
    nearest = np.full(len(vectors), -np.inf)
    while len(chosen) < min(count, len(vectors)):
        best = int(np.argmin(nearest))
        chosen.append(best)
        # Products of equal vectors differ in their last bits.
        np.maximum(nearest, np.round(vectors @ vectors[best], 6), out=nearest)
        nearest[chosen] = np.inf
    return chosen
