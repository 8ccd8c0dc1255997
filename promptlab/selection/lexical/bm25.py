"""The members that share the rarest words with the question: BM25.

Scores are those of rank-bm25, whose `BM25Okapi` the literature on demonstration retrieval uses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from promptlab.index.formula import Formula, Idf, Variant
from promptlab.index.hit import Hit
from promptlab.index.lexical import Postings
from promptlab.index.ranking import hits
from promptlab.index.tokenise import tokens
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import Ranker
from promptlab.selection.text import WHOLE, check_formats, render, render_member
from promptlab.types import Example, Question


@dataclass(frozen=True)
class BM25:
    """Select the `k` members with the highest BM25 scores, ties to the lower index.

    Where too few members share a word with the question, the pool's first ones fill the places.

    Attributes:
        k: How many.
        variant: `okapi`, `l` or `plus`: rank-bm25's `BM25Okapi`, `BM25L` or `BM25Plus`.
        k1: How soon repetitions of a word stop counting.
        b: How much long members are held back, 0 to 1.
        epsilon: Okapi gives a word that more than half of the pool holds `epsilon` times the mean
            idf, for its own idf would be negative.
        delta: What a word counts for at least in a long member, in `l` and `plus`; rank-bm25's own
            value (0.5 and 1) where it is None.
        idf: Of `okapi` alone; the others have one that is always positive. `okapi` is rank-bm25's
            to the letter. In a small pool its mean idf may be negative or zero; then a member that
            shares a word ranks below, or level with, one that shares none. `lucene` is
            ln(1 + (N - n + 0.5) / (n + 0.5)), which is always positive. `auto` is `okapi`, unless
            the mean idf over the pool's words is not positive: then `lucene` for all words.
        text: What of a member is read: a format of `question`, `context`, `choices` and `answer`.
        query: What of a question is searched for; as of a member, where it is None. Rubin et al.
            (2022) search the members' answers: `text="{answer}"`, `query="{question}"`.
    """

    k: int
    variant: Variant = "okapi"
    k1: float = 1.5
    b: float = 0.75
    epsilon: float = 0.25
    delta: float | None = None
    idf: Idf = "auto"
    text: str = WHOLE
    query: str | None = None

    def __post_init__(self) -> None:
        """Check the parameters of BM25."""
        check_k(self.k)
        check_formats(self.text, self.query)
        self._formula()

    def fit(self, pool: Sequence[Example]) -> Ranker:
        """Index the pool; raise `ValueError` where it is too small."""
        members = Pool.of(pool, self.k)
        texts = tuple(render_member(self.text, example) for example in members.examples)
        query = self.text if self.query is None else self.query
        return Ranker(members, self.k, Lexical(_index(texts, self._formula()), query))

    def _formula(self) -> Formula:
        return Formula(self.variant, self.k1, self.b, self.epsilon, self.delta, self.idf)


@dataclass(frozen=True, slots=True)
class Lexical:
    """BM25 over one pool.

    Attributes:
        index: The members' words.
        query: What of a question is searched for, as a format.
    """

    index: Postings
    query: str

    def __call__(self, question: Question, count: int) -> list[Hit]:
        """Return the members with the highest scores, best first."""
        return hits(self.scores(question), count)

    def scores(self, question: Question) -> NDArray[np.float64]:
        """Score every member of the pool, in its order."""
        return self.index.scores(tokens(render(self.query, question)))


@lru_cache(maxsize=8)
def _index(texts: tuple[str, ...], formula: Formula) -> Postings:
    """Index texts once for all the variants of a sweep that read the same."""
    return Postings.of([tokens(text) for text in texts], formula)
