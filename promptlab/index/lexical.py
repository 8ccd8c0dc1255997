"""Okapi BM25 over an inverted index: the scores of rank-bm25's `BM25Okapi`, found by postings.

Trotman, Puurula and Burgess, Improvements to BM25 and Language Models Examined (2014). A query
touches only the documents that hold one of its words.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
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
        lengths = np.fromiter(map(len, corpus), dtype=np.int64, count=len(corpus))
        words, occurrences = _numbered(corpus)
        # A word and a document in one number: sorting them counts, and puts postings in order.
        places = occurrences * len(corpus) + np.repeat(np.arange(len(corpus)), lengths)
        places.sort()
        firsts = np.flatnonzero(np.diff(places, prepend=-1))
        counts = np.diff(firsts, append=len(places))
        terms, documents = np.divmod(places[firsts], max(len(corpus), 1))
        frequencies = np.bincount(terms, minlength=len(words))
        saturated = _saturated(counts, _relative(lengths)[documents], k1, b)
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
                np.add.at(scores, self.documents[postings], count * self.weights[postings])
        return scores


def _numbered(corpus: Sequence[Sequence[str]]) -> tuple[dict[str, int], NDArray[np.int64]]:
    """Return each word's number, by first occurrence, and those of all words of all documents."""
    words: defaultdict[str, int] = defaultdict()
    words.default_factory = words.__len__
    numbers = np.fromiter(map(words.__getitem__, chain.from_iterable(corpus)), dtype=np.int64)
    return dict(words), numbers


def _relative(lengths: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each document's length over the mean length, shape (documents,)."""
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
