"""Determinantal point process: near the question and, as a set, spread out.

Kulesza and Taskar, Determinantal Point Processes for Machine Learning (2012); Chen, Zhang and Zhou,
Fast Greedy MAP Inference for Determinantal Point Process (2018). The kernel is that of Ye et al.,
Compositional Exemplars for In-context Learning (2023), https://github.com/HKUNLP/icl-ceil.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from promptlab.index.hit import Hit
from promptlab.protocols import Encoder, Select, Selection, Step
from promptlab.selection.dense.space import Space, Within
from promptlab.selection.diverse.scaled import likened
from promptlab.selection.diverse.ties import SLACK, first_highest, highest_first
from promptlab.selection.pool import check_k
from promptlab.selection.ranker import check_candidates, choose_among, in_order
from promptlab.selection.text import QUESTION_FIRST, check_format_of_both
from promptlab.types import Example, Question

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPENT = 1e-10
"""Of a variance of 1, what is left where a candidate is made up of those chosen before it."""


@dataclass(frozen=True)
class DPP:
    """Choose greedily the set of candidates whose kernel has the largest determinant.

    The kernel of two candidates is the product of their relevances and their similarity. Where the
    candidates span no more dimensions than were chosen, as copies of each other do, those left
    follow in the order of their relevance: never fewer than were asked for, and none twice.

    Attributes:
        k: How many.
        inner: Ranks the pool.
        encoder: Texts to unit vectors.
        scale: The smaller, the more relevance counts against diversity.
        candidates: How many of the inner selection's first are chosen from.
        text: What of a question is read: a format of `question`, `context`, `choices` and, of a
            member, `answer`.
    """

    k: int
    inner: Selection
    encoder: Encoder
    scale: float = 0.1
    candidates: int = 100
    text: str = QUESTION_FIRST

    def __post_init__(self) -> None:
        """Check the numbers and the format."""
        check_k(self.k)
        check_candidates(self.candidates, self.k)
        check_format_of_both(self.text)
        if not self.scale > 0:
            raise ValueError(f"scale is {self.scale}; expected a number above 0")

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Fit the inner selection; raise `ValueError` where the pool is too small."""
        choose = Within(Space(pool, self.encoder, self.text), self._choose)
        return choose_among(pool, self.k, self.inner, self.candidates, choose)

    def _choose(
        self, space: Space, question: Question, hits: Sequence[Hit], count: int
    ) -> list[Hit]:
        vectors = space.vectors[[hit.index for hit in hits]].astype(np.float64)
        asked = space.place(question)
        weight = weights(vectors, asked, self.scale)
        prior = weight**2 * ((vectors**2).sum(axis=1) + 1) / 2
        order = spread(prior, partial(kernel_row, weight, vectors), count)
        like = likened(hits, vectors @ asked)
        return in_order(like[place] for place in order)


def weights(
    vectors: "NDArray[np.float64]", asked: "NDArray[np.floating]", scale: float
) -> "NDArray[np.float64]":
    """Return how much each candidate counts for a question: 1 for the most relevant.

    Args:
        vectors: The candidates' unit vectors, shape (candidates, dimensions).
        asked: The question's, shape (dimensions,).
        scale: The smaller, the more relevance counts.
    """
    relevance = (vectors @ asked + 1) / 2
    weight: NDArray[np.float64] = np.exp((relevance - relevance.max(initial=0)) / (2 * scale))
    return weight


def kernel_row(
    weight: "NDArray[np.float64]", vectors: "NDArray[np.float64]", place: int
) -> "NDArray[np.float64]":
    """Return one row of the kernel, shape (candidates,): few are needed, and never all."""
    row: NDArray[np.float64] = weight * (vectors @ vectors[place] + 1) / 2 * weight[place]
    return row


def spread(
    prior: "NDArray[np.float64]", row_of: "Callable[[int], NDArray[np.float64]]", count: int
) -> list[int]:
    """Return the places of `count` candidates, each the one that raises the determinant most.

    By an incremental Cholesky decomposition: a candidate's residual is the factor by which the
    determinant would grow. Ties go to the lower place.

    Args:
        prior: The kernel's diagonal, shape (candidates,).
        row_of: Returns a row of the kernel.
        count: How many are chosen; all, where there are fewer.
    """
    size = min(count, len(prior))
    residual, rows = prior.copy(), np.zeros((size, len(prior)))
    chosen: list[int] = []
    while len(chosen) < size:
        # What is left of a variance is as exact as it is large.
        best = first_highest(residual, SLACK * abs(residual.max()))
        if not residual[best] > SPENT * prior[best]:
            left = [place for place in highest_first(prior) if place not in chosen]
            return [*chosen, *left][:size]
        done = len(chosen)
        row = (row_of(best) - rows[:done, best] @ rows[:done]) / np.sqrt(residual[best])
        rows[done] = row
        residual -= row**2
        residual[[*chosen, best]] = -np.inf
        chosen.append(best)
    return chosen
