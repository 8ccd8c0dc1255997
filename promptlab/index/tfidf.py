"""TF-IDF vectors of texts, compared by their cosine: scikit-learn's, as an inverted index.

Salton and Buckley, Term-weighting approaches in automatic text retrieval (1988).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from promptlab.index.tokenise import tokens


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """The unit vectors of texts.

    Attributes:
        vectorizer: Texts to vectors; None where no text has a word.
        by_word: Weights, shape (words, texts), sparse by rows: a query reads only its words' rows.
        size: How many texts there are.
    """

    vectorizer: Any
    by_word: Any
    size: int

    @classmethod
    def of(cls, texts: Sequence[str], *, sublinear: bool = False) -> "Weighted":
        """Weigh the words of texts."""
        vectorizer = TfidfVectorizer(analyzer=tokens, sublinear_tf=sublinear)
        try:
            vectors = vectorizer.fit_transform(texts)
        except ValueError:  # no text has a word, which scikit-learn refuses
            return cls(None, None, len(texts))
        return cls(vectorizer, vectors.T.tocsr(), len(texts))

    def cosines(self, query: str) -> NDArray[np.float64]:
        """Return every text's cosine, shape (texts,); 0 where no word is shared."""
        if self.vectorizer is None:
            return np.zeros(self.size)
        product = self.vectorizer.transform([query]) @ self.by_word
        cosines: NDArray[np.float64] = product.toarray()[0]
        return cosines


@lru_cache(maxsize=8)
def weighted(texts: tuple[str, ...], sublinear: bool) -> Weighted:
    """Weigh texts once for all the variants of a sweep that read the same."""
    return Weighted.of(texts, sublinear=sublinear)
