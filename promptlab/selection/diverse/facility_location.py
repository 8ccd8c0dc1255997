"""Facility location: candidates such that every candidate has one that is like it.

Nemhauser, Wolsey and Fisher, An Analysis of Approximations for Maximizing Submodular Set Functions
(1978): chosen greedily, they cover at least 1 - 1/e of what the best set would. As `mfl` in Su et
al., Selective Annotation Makes Language Models Better Few-Shot Learners (2023).
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
class FacilityLocation:
    """Choose one after another the candidate that adds most to how well all are covered.

    A candidate is covered by the highest similarity, (1 + cosine) / 2, to any that was chosen.

    Attributes:
        k: How many.
        inner: Ranks the pool.
        encoder: Texts to unit vectors.
        candidates: How many of the inner selection's first are chosen from, and covered.
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
        return in_order(hits[place] for place in covering(vectors, count))


def covering(vectors: "NDArray[np.float32]", count: int) -> list[int]:
    """Return the places of `count` of some unit vectors, shape (candidates, dimensions).

    Ties go to the lower place.
    """
    similarity = (1 + vectors @ vectors.T) / 2
    covered = np.zeros(len(vectors), dtype=np.float32)
    chosen: list[int] = []
    while len(chosen) < min(count, len(vectors)):
        gain = np.maximum(similarity, covered).sum(axis=1, dtype=np.float64)
        gain[chosen] = -np.inf
        best = int(np.argmax(gain))
        chosen.append(best)
        np.maximum(covered, similarity[best], out=covered)
    return chosen
