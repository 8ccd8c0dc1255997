"""Sentence-BLEU against many references at once, over an inverted index of their n-grams.

Papineni et al., BLEU (2002), with smoothing method 1 of Chen and Cherry, A Systematic Comparison of
Smoothing Techniques for Sentence-Level BLEU (2014): an n-gram order without a match counts as if a
tenth of an n-gram had matched. A sentence of fewer than four words has as many orders as words.
These are NLTK's `sentence_bleu` with `SmoothingFunction().method1` and `auto_reweigh`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from promptlab.index.lexical import numbered

ORDERS = 4
SMOOTH = 0.1
"""How many n-grams of an order match where none does."""


@dataclass(frozen=True, slots=True, eq=False)
class Grams:
    """For each n-gram of one order the documents that hold it, and how often.

    Attributes:
        keys: What each is, ascending, shape (grams,): the number of its first n - 1 words as a gram
            times the number of words, plus the number of its last word.
        starts: Where a gram's postings begin, shape (grams + 1,).
        documents: Document indices, shape (postings,).
        counts: Of each gram in each of its documents, shape (postings,).
    """

    keys: NDArray[np.int64]
    starts: NDArray[np.int64]
    documents: NDArray[np.int64]
    counts: NDArray[np.int64]

    @classmethod
    def of(
        cls, keys: NDArray[np.int64], owners: NDArray[np.int64], size: int
    ) -> tuple["Grams", NDArray[np.int64]]:
        """Index the grams of `size` documents; return each occurrence's number, too.

        Args:
            keys: What stands at each place, shape (occurrences,).
            owners: The document of each place, as `keys`.
            size: How many documents there are.
        """
        distinct, numbers = np.unique(keys, return_inverse=True)
        places, counts = np.unique(numbers * size + owners, return_counts=True)
        grams, documents = np.divmod(places, max(size, 1))
        starts = np.searchsorted(grams, np.arange(len(distinct) + 1))
        return cls(distinct, starts, documents, counts), numbers

    def find(self, key: int) -> int:
        """Return a gram's number; -1 where no document holds it."""
        place = int(np.searchsorted(self.keys, key))
        return place if place < len(self.keys) and self.keys[place] == key else -1

    def matches(self, query: Sequence[int], size: int) -> NDArray[np.float64]:
        """Count for each document the query's grams that it holds, each as often as both do."""
        found = np.zeros(size)
        for gram, count in Counter(query).items():
            if gram >= 0:
                held = slice(self.starts[gram], self.starts[gram + 1])
                found[self.documents[held]] += np.minimum(count, self.counts[held])
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """The n-grams of documents, by order, and the documents' lengths in words."""

    words: Mapping[str, int]
    orders: tuple[Grams, ...]
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, corpus: Sequence[Sequence[str]]) -> "Overlap":
        """Index documents that are cut into words."""
        words, occurrences = numbered(corpus)
        lengths = np.fromiter(map(len, corpus), dtype=np.int64, count=len(corpus))
        owners = np.repeat(np.arange(len(corpus)), lengths)
        keys, orders = occurrences, list[Grams]()
        places = np.arange(len(occurrences))  # where a gram begins
        for order in range(1, ORDERS + 1):
            grams, numbers = Grams.of(keys, owners[places], len(corpus))
            orders.append(grams)
            goes_on = places + order < len(occurrences)
            goes_on[goes_on] = owners[places[goes_on]] == owners[places[goes_on] + order]
            places = places[goes_on]
            keys = numbers[goes_on] * len(words) + occurrences[places + order]
        return cls(words, tuple(orders), lengths)

    def bleu(self, query: Sequence[str]) -> NDArray[np.float64]:
        """Score the query against each document, shape (documents,)."""
        size, length = len(self.lengths), len(query)
        scores = np.zeros(size)
        if not length:
            return scores
        matches = self._matches(query)
        share = matches[0] > 0
        precision = [
            np.log(np.maximum(found[share], SMOOTH) / (length - order))
            for order, found in enumerate(matches)
        ]
        brevity = np.minimum(0, 1 - self.lengths[share] / length)
        scores[share] = np.exp(brevity + np.mean(precision, axis=0))
        return scores

    def _matches(self, query: Sequence[str]) -> list[NDArray[np.float64]]:
        """Return what matches of each order that the query has, each of shape (documents,)."""
        numbers = [self.words.get(word, -1) for word in query]
        grams, matches = [0] * len(query), list[NDArray[np.float64]]()
        for order, index in enumerate(self.orders[: len(query)]):
            lasts = numbers[order:]
            grams = [
                index.find((gram if order else 0) * len(self.words) + last)
                if gram >= 0 <= last
                else -1
                for gram, last in zip(grams, lasts, strict=False)
            ]
            matches.append(index.matches(grams, len(self.lengths)))
        return matches
