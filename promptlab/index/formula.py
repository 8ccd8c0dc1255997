"""BM25's formulas, as rank-bm25 writes them, given counts in place of its loops over texts.

Trotman, Puurula and Burgess, Improvements to BM25 and Language Models Examined (2014).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import rank_bm25
from numpy.typing import NDArray

Variant = Literal["okapi", "l", "plus"]
Idf = Literal["auto", "okapi", "lucene"]

_CLASSES: Mapping[Variant, Any] = {
    "okapi": rank_bm25.BM25Okapi,
    "l": rank_bm25.BM25L,
    "plus": rank_bm25.BM25Plus,
}
_WORD = "a word that is worth 1"
_ROUNDING = 1e-12
"""What a mean idf of zero may come to."""


@dataclass(frozen=True)
class Formula:
    """What a word is worth in a document, by how often it is there and how long the document is.

    Attributes:
        variant: `okapi`, `l` or `plus`: rank-bm25's `BM25Okapi`, `BM25L` or `BM25Plus`.
        k1: How soon repetitions of a word stop counting.
        b: How much long documents are held back, 0 to 1.
        epsilon: Of `okapi`: what replaces a negative idf, as a share of the mean idf.
        delta: Of `l` and `plus`: what a word counts for at least, however long the document is;
            rank-bm25's own value (0.5 and 1) where it is None.
        idf: Of `okapi`: rank-bm25's (`okapi`); ln(1 + (N - n + 0.5) / (n + 0.5)), which is always
            positive (`lucene`); or the first unless its mean over all words is not positive
            (`auto`).
    """

    variant: Variant = "okapi"
    k1: float = 1.5
    b: float = 0.75
    epsilon: float = 0.25
    delta: float | None = None
    idf: Idf = "auto"

    def __post_init__(self) -> None:
        """Check the parameters."""
        if self.variant not in get_args(Variant):
            raise ValueError(f"variant is {self.variant!r}; expected okapi, l or plus")
        if self.idf not in get_args(Idf):
            raise ValueError(f"idf is {self.idf!r}; expected auto, okapi or lucene")
        if self.k1 < 0 or self.epsilon < 0 or not 0 <= self.b <= 1 or (self.delta or 0) < 0:
            raise ValueError(
                f"k1 is {self.k1}, b is {self.b}, epsilon is {self.epsilon}, delta is "
                f"{self.delta}; expected k1, epsilon and delta of 0 or more, and b from 0 to 1"
            )
        if self.variant == "okapi" and self.delta is not None:
            raise ValueError(f"delta is {self.delta}, which variant=okapi has not; leave it out")
        if self.variant != "okapi" and self.idf != "auto":
            raise ValueError(
                f"idf is {self.idf}, but variant={self.variant} has an idf of its own, which is "
                "always positive; leave idf at auto"
            )

    def rarity(self, frequencies: Mapping[str, int], documents: int) -> NDArray[np.float64]:
        """Return each word's idf, shape (words,), from how many documents hold it."""
        if not frequencies:
            return np.zeros(0)
        bm25 = self._bm25()
        bm25.corpus_size, bm25.idf = documents, {}
        bm25._calc_idf(frequencies)  # noqa: SLF001  the rest of its constructor counts words
        if self.idf == "lucene" or (self.idf == "auto" and not _positive(bm25)):
            held = np.fromiter(frequencies.values(), dtype=np.int64)
            return np.log1p((documents - held + 0.5) / (held + 0.5))
        return np.fromiter(bm25.idf.values(), dtype=np.float64)

    def saturation(
        self, counts: NDArray[np.int64], lengths: NDArray[np.int64], mean: float
    ) -> NDArray[np.float64]:
        """Return what a word of idf 1 scores, shape as `counts`, each more than 0.

        A score depends on a count and a length alone, so that each such pair is scored once.
        """
        longest = int(lengths.max(initial=0)) + 1
        occurring = counts * longest + lengths
        pairs = np.unique(occurring)
        distinct, length = np.divmod(pairs, longest)
        bm25 = self._bm25()
        bm25.corpus_size, bm25.avgdl, bm25.idf = len(pairs), mean, {_WORD: 1.0}
        bm25.doc_len, bm25.doc_freqs = length, [{_WORD: count} for count in distinct.tolist()]
        scores: NDArray[np.float64] = bm25.get_scores([_WORD])
        return scores[np.searchsorted(pairs, occurring)]

    @property
    def absent(self) -> float:
        """What a word of idf 1 scores in a document without it."""
        return float(self._bm25().delta) if self.variant == "plus" else 0.0

    def _bm25(self) -> Any:
        fields = {"epsilon": self.epsilon} if self.variant == "okapi" else {"delta": self.delta}
        given = {name: value for name, value in fields.items() if value is not None}
        return _CLASSES[self.variant]([[_WORD]], k1=self.k1, b=self.b, **given)


def _positive(bm25: Any) -> bool:
    """Return whether the mean idf is above zero; only Okapi's may be zero or below."""
    return float(getattr(bm25, "average_idf", 1.0)) > _ROUNDING
