"""Okapi BM25 over an inverted index: the scores of rank-bm25's `BM25Okapi`, found by postings.

Trotman, Puurula and Burgess, Improvements to BM25 and Language Models Examined (2014). A query
touches only the documents that hold one of its words.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Idf = Literal["auto", "okapi", "lucene"]


@dataclass(frozen=True, slots=True, eq=False)
class Okapi:
    """Postings: for each word the documents that hold it, ascending, and what it scores there.

    Attributes:
        words: Each word's number.
        starts: Where a word's postings begin, shape (words + 1,).
        documents: Document indices, shape (postings,).
        weights: Score of one occurrence in the query, shape (postings,).
        size: How many documents there are.
    """

    words: Mapping[str, int]
    starts: NDArray[np.int64]
    documents: NDArray[np.int64]
    weights: NDArray[np.float64]
    size: int

    @classmethod
    def of(
        cls, corpus: Sequence[Sequence[str]], *, k1: float, b: float, epsilon: float, idf: Idf
    ) -> "Okapi":
        """Index documents that are cut into words; documents without words score 0."""
        words: dict[str, int] = {}
        postings = np.array(
            [
                (words.setdefault(word, len(words)), index, count)
                for index, document in enumerate(corpus)
                for word, count in Counter(document).items()
            ],
            dtype=np.int64,
        ).reshape(-1, 3)
        terms, documents, counts = postings[np.argsort(postings[:, 0], kind="stable")].T
        frequencies = np.bincount(terms, minlength=len(words))
        saturated = _saturated(counts, _lengths(corpus)[documents], k1, b)
        rarity = _rarity(frequencies, len(corpus), epsilon, idf)
        starts = np.concatenate([[0], np.cumsum(frequencies)])
        return cls(words, starts, documents, rarity[terms] * saturated, len(corpus))

    def scores(self, query: Sequence[str]) -> NDArray[np.float64]:
        """Score every document, shape (documents,); a word counts as often as the query has it."""
        scores = np.zeros(self.size)
        for word, count in Counter(query).items():
            term = self.words.get(word)
            if term is not None:
                postings = slice(self.starts[term], self.starts[term + 1])
                scores[self.documents[postings]] += count * self.weights[postings]
        return scores


def _lengths(corpus: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """Return each document's length over the mean length, shape (documents,)."""
    lengths = np.array([len(document) for document in corpus], dtype=np.float64)
    return lengths / (lengths.mean() or 1.0)


def _saturated(
    counts: NDArray[np.int64], lengths: NDArray[np.float64], k1: float, b: float
) -> NDArray[np.float64]:
    return counts * (k1 + 1) / (counts + k1 * (1 - b + b * lengths))


def _rarity(
    frequencies: NDArray[np.int64], size: int, epsilon: float, idf: Idf
) -> NDArray[np.float64]:
    """Return each word's weight: how few documents hold it, shape (words,)."""
    okapi = np.log(size - frequencies + 0.5) - np.log(frequencies + 0.5)
    mean = math.fsum(okapi) / max(len(okapi), 1)
    if idf == "lucene" or (idf == "auto" and mean <= 0):
        return np.log1p((size - frequencies + 0.5) / (frequencies + 0.5))
    return np.where(okapi < 0, epsilon * mean, okapi)
