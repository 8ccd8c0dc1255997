"""Maximal marginal relevance: near the question, and unlike what was chosen before.

Carbonell and Goldstein, The Use of MMR, Diversity-Based Reranking (1998); for demonstrations Ye et
al., Complementary Explanations for Effective In-Context Learning (2023).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from promptlab.index.hit import Hit
from promptlab.protocols import Encoder, Select, Selection, Step
from promptlab.selection.dense.space import Space, Within
from promptlab.selection.diverse.scaled import likened, scaled
from promptlab.selection.diverse.ties import first_highest
from promptlab.selection.pool import check_k
from promptlab.selection.ranker import check_candidates, choose_among, in_order
from promptlab.selection.text import QUESTION_FIRST, check_format, check_format_of_both
from promptlab.types import Example, Question

if TYPE_CHECKING:
    from numpy.typing import NDArray

Relevance = Literal["cosine", "inner"]


@dataclass(frozen=True)
class MMR:
    """Choose one after another the candidate with the best marginal relevance.

    That is `balance` times its relevance, less `1 - balance` times the highest cosine between it
    and any that was chosen before; of equals, the one that the inner selection ranks higher.

    Attributes:
        k: How many.
        inner: Ranks the pool.
        encoder: Texts to unit vectors.
        balance: 1 is relevance alone, 0 is difference alone after the most relevant.
        candidates: How many of the inner selection's first are chosen from.
        relevance: The `cosine` of question and candidate, or what the `inner` selection scores,
            moved to 0 for its lowest and 1 for its highest candidate; of one that ranks without
            scores, the place.
        text: What of a question is read: a format of `question`, `context`, `choices` and, of a
            member, `answer`.
    """

    k: int
    inner: Selection
    encoder: Encoder
    balance: float = 0.5
    candidates: int = 100
    relevance: Relevance = "cosine"
    text: str = QUESTION_FIRST

    def __post_init__(self) -> None:
        """Check the numbers and the format."""
        check_k(self.k)
        check_candidates(self.candidates, self.k)
        # By the inner selection's relevance no question is read.
        (check_format_of_both if self.relevance == "cosine" else check_format)(self.text)
        if not 0 <= self.balance <= 1:
            raise ValueError(f"balance is {self.balance}; expected a number from 0 to 1")
        if self.relevance not in get_args(Relevance):
            raise ValueError(f"relevance is {self.relevance!r}; expected cosine or inner")

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Fit the inner selection; raise `ValueError` where the pool is too small."""
        space = Space(pool, self.encoder, self.text)
        is_asked_where = self.relevance == "cosine"
        choose = Within(space, self._choose) if is_asked_where else partial(self._choose, space)
        return choose_among(
            pool, self.k, self.inner, self.candidates, choose, scores=is_asked_where
        )

    def _choose(
        self, space: Space, question: Question, hits: Sequence[Hit], count: int
    ) -> list[Hit]:
        vectors = space.vectors[[hit.index for hit in hits]]
        if self.relevance == "cosine":
            relevance = vectors @ space.place(question)
            hits = likened(hits, relevance)
        else:
            relevance = scaled([hit.score for hit in hits])
        order = marginal(relevance, vectors, self.balance, count)
        return in_order(hits[place] for place in order)


def marginal(
    relevance: "NDArray[np.floating]", vectors: "NDArray[np.float32]", balance: float, count: int
) -> list[int]:
    """Return the places of `count` candidates in the order in which they are chosen.

    Args:
        relevance: Of each candidate, shape (candidates,).
        vectors: Unit vectors, shape (candidates, dimensions).
        balance: The weight of relevance, 0 to 1.
        count: How many are chosen; all, where there are fewer.
    """
    chosen: list[int] = []
    nearest = np.full(len(vectors), -np.inf)
    value = np.array(relevance, dtype=np.float64)
    while len(chosen) < min(count, len(vectors)):
        best = first_highest(value)
        chosen.append(best)
        np.maximum(nearest, vectors @ vectors[best], out=nearest)
        value = balance * relevance - (1 - balance) * nearest
        value[chosen] = -np.inf
    return chosen
