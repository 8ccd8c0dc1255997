"""Reranked: what a cross-encoder, which reads question and member as one, finds most alike.

Nogueira and Cho, Passage Re-ranking with BERT (2019).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from promptlab.index.hit import Hit
from promptlab.protocols import Select, Selection, Step
from promptlab.selection.pool import check_k
from promptlab.selection.ranker import check_candidates, choose_among
from promptlab.selection.text import QUESTION_FIRST, check_format_of_both, render, render_member
from promptlab.types import Example, Question

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class PairScorer(Protocol):
    """Scores pairs of texts."""

    def scores(self, text: str, others: Sequence[str]) -> "NDArray[np.float64]":
        """Score a text with each of the others, shape (others,); higher is better."""
        ...


@dataclass(frozen=True)
class Rerank:
    """Take the `k` candidates with the highest scores, ties as the inner selection has them.

    Attributes:
        k: How many.
        inner: Ranks the pool.
        scorer: Scores question and candidate together.
        candidates: How many of the inner selection's first are scored.
        text: What of a question is read: a format of `question`, `context`, `choices` and, of a
            member, `answer`.
    """

    k: int
    inner: Selection
    scorer: PairScorer
    candidates: int = 50
    text: str = QUESTION_FIRST

    def __post_init__(self) -> None:
        """Check the numbers and the format."""
        check_k(self.k)
        check_candidates(self.candidates, self.k)
        check_format_of_both(self.text)

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Fit the inner selection; raise `ValueError` where the pool is too small."""
        anew = partial(self._anew, pool)
        return choose_among(pool, self.k, self.inner, self.candidates, anew)

    def _anew(
        self,
        pool: Sequence[Example],
        question: Question,
        hits: Sequence[Hit],
        count: int,  # noqa: ARG002  all are scored
    ) -> list[Hit]:
        if not hits:
            return []
        texts = [render_member(self.text, pool[hit.index]) for hit in hits]
        # Of a text that is there twice the score might differ, in another batch, in its last bit.
        once = list(dict.fromkeys(texts))
        scores = self.scorer.scores(render(self.text, question), once).tolist()
        known = dict(zip(once, scores, strict=True))
        scored = [Hit(hit.index, known[text]) for hit, text in zip(hits, texts, strict=True)]
        return sorted(scored, key=lambda hit: -hit.score)
