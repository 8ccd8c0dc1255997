"""BM25 over an inverted index: the scores of rank-bm25, found by postings.

A query touches only the documents that hold one of its words. What a word scores in a document is
`formula.py`'s.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from promptlab.index.formula import Formula


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """For each word the documents that hold it, ascending, and what it scores there.

    Attributes:
        words: Each word's number.
        starts: Where a word's postings begin, shape (words + 1,).
        documents: Document indices, shape (postings,).
        weights: Score of one occurrence in the query, beyond the word's base, shape (postings,).
        bases: What one occurrence in the query scores in every document, shape (words,).
        size: How many documents there are.
    """

    words: Mapping[str, int]
    starts: NDArray[np.int64]
    documents: NDArray[np.int64]
    weights: NDArray[np.float64]
    bases: NDArray[np.float64]
    size: int

    @classmethod
    def of(cls, corpus: Sequence[Sequence[str]], formula: Formula) -> "Postings":
        """Index documents that are cut into words."""
        size = len(corpus)
        lengths = np.fromiter(map(len, corpus), dtype=np.int64, count=size)
        words, occurrences = numbered(corpus)
        # A word and a document in one number: sorting them counts, and puts postings in order.
        places = occurrences * size + np.repeat(np.arange(size), lengths)
        places.sort()
        firsts = np.flatnonzero(np.diff(places, prepend=-1))
        counts = np.diff(firsts, append=len(places))
        terms, documents = np.divmod(places[firsts], max(size, 1))
        frequencies = np.bincount(terms, minlength=len(words))
        rarity = formula.rarity(dict(zip(words, frequencies.tolist(), strict=True)), size)
        mean = len(occurrences) / max(size, 1)
        gain = formula.saturation(counts, lengths[documents], mean) - formula.absent
        starts = np.concatenate([[0], np.cumsum(frequencies)])
        return cls(words, starts, documents, rarity[terms] * gain, rarity * formula.absent, size)

    def scores(self, query: Sequence[str]) -> NDArray[np.float64]:
        """Score every document, shape (documents,); a word counts as often as the query has it."""
        scores, base = np.zeros(self.size), 0.0
        for word, count in Counter(query).items():
            term = self.words.get(word)
            if term is not None:
                postings = slice(self.starts[term], self.starts[term + 1])
                np.add.at(scores, self.documents[postings], count * self.weights[postings])
                base += count * self.bases[term]
        return scores + base if base else scores


def numbered(corpus: Sequence[Sequence[str]]) -> tuple[dict[str, int], NDArray[np.int64]]:
    """Return each word's number, by first occurrence, and those of all words of all documents."""
    words: defaultdict[str, int] = defaultdict()
    words.default_factory = words.__len__
    numbers = np.fromiter(map(words.__getitem__, chain.from_iterable(corpus)), dtype=np.int64)
    return dict(words), numbers
