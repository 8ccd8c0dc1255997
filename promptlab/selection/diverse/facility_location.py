"""Facility location: candidates such that every candidate has one that is like it.

Nemhauser, Wolsey and Fisher, An Analysis of Approximations for Maximizing Submodular Set Functions
(1978): chosen greedily, they cover at least 1 - 1/e of what the best set would. As `mfl` in Su et
al., Selective Annotation Makes Language Models Better Few-Shot Learners (2023).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from promptlab.protocols import Encoder, Select, Selection, Step
from promptlab.selection.diverse.set_choice import check_choice, choose_set
from promptlab.selection.diverse.ties import SLACK, first_highest
from promptlab.selection.text import QUESTION_FIRST
from promptlab.types import Example

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP = 32
"""Gains that are computed anew at once: their rows stay in a processor's cache."""


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
        check_choice(self)

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Fit the inner selection; raise `ValueError` where the pool is too small."""
        return choose_set(self, pool, covering)


def covering(vectors: "NDArray[np.float32]", count: int) -> list[int]:
    """Return the places of `count` of some unit vectors, shape (candidates, dimensions).

    Ties go to the lower place.
    """
    precise = vectors.astype(np.float64)
    similarity = precise @ precise.T
    similarity += 1
    similarity /= 2
    covered, gain = np.zeros(len(vectors)), similarity.sum(axis=1)
    chosen: list[int] = []
    while len(chosen) < min(count, len(vectors)):
        _update(gain, similarity, covered)
        chosen.append(first_highest(gain))
        np.maximum(covered, similarity[chosen[-1]], out=covered)
        gain[chosen[-1]] = -np.inf
    return chosen


def _update(gain: "NDArray[np.float64]", similarity: Any, covered: "NDArray[np.float64]") -> None:
    """Compute anew the gains that may be the highest; no gain grows while others are chosen.

    Minoux, Accelerated Greedy Algorithms for Maximizing Submodular Set Functions (1978).
    """
    order = np.argsort(-gain)[: np.isfinite(gain).sum()]
    highest = 0.0
    for start in range(0, len(order), STEP):
        some = order[start : start + STEP]
        if gain[some[0]] < highest - SLACK:
            return
        gain[some] = np.maximum(similarity[some], covered).sum(axis=1) - covered.sum()
        highest = max(highest, gain[some].max())
