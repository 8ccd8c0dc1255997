"""Where pool and questions lie: their vectors, and these on a plane."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from promptlab.index.embedding import encode, unit
from promptlab.protocols import Encoder

PLANE = 2
"""Dimensions of a picture."""
WORDS = 2000
"""Most words that texts are compared by: as many columns fit in memory for a large pool."""


def vectors_of(texts: Sequence[str], encoder: Encoder | None) -> NDArray[np.float32]:
    """Return unit vectors of texts, shape (texts, dimensions).

    Args:
        texts: Whatever is compared.
        encoder: Makes them; without one they are TF-IDF vectors over the most frequent words.
    """
    if encoder is not None:
        return unit(encode(encoder, texts))
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  a second

    from promptlab.index.tokenise import tokens  # noqa: PLC0415

    fitted = TfidfVectorizer(analyzer=tokens, max_features=WORDS).fit_transform(texts)
    dense: NDArray[np.float32] = np.asarray(fitted.todense(), dtype=np.float32)
    return unit(dense)


def on_a_plane(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Place vectors on the plane that tells most of them apart (principal components).

    Each axis points to where its largest entry is positive, so that a picture is the same again.

    Returns:
        Shape (vectors, 2).
    """
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    # Few columns and many rows: the axes are those of the columns' covariance.
    _, columns = np.linalg.eigh(centred.T @ centred)
    axes = columns.T[::-1][:PLANE]
    largest = axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)]
    placed = centred @ (axes * np.sign(largest)[:, None]).T
    missing = PLANE - placed.shape[1]
    return np.pad(placed, ((0, 0), (0, missing)))
