"""Nearest vectors by inner product: faiss, with ties that do not depend on its heaps.

Johnson, Douze and Jégou, Billion-scale similarity search with GPUs (2017). An index is kept on disk
once it was built, so that a pool that was indexed before needs neither its vectors nor its encoder.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import faiss
import numpy as np
from numpy.typing import NDArray

from promptlab.index import file
from promptlab.index.embedding import Texts, embedded
from promptlab.index.hit import Hit

NEAR = 1e-5
"""More than two float32 inner products of the same unit vectors can differ by."""


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """A flat index over unit vectors, shape (size, dimensions)."""

    vectors: NDArray[np.float32]
    flat: faiss.IndexFlatIP

    def nearest(self, vector: NDArray[np.float32], count: int) -> list[Hit]:
        """Return the `count` nearest and their cosines, ties to the lower index.

        Args:
            vector: A unit vector, shape (dimensions,).
            count: How many; all, where there are fewer.

        faiss finds candidates until those at the end are clearly farther than the last one
        wanted; these are compared again, in float64, each by itself.
        """
        count = min(count, len(self.vectors))
        depth = min(2 * count + 8, len(self.vectors))
        while True:
            with _one_thread():
                near, found = self.flat.search(vector[None], depth)
            if depth == len(self.vectors) or near[0, -1] < near[0, count - 1] - NEAR:
                break
            depth = min(4 * depth, len(self.vectors))
        similar = (self.vectors[found[0]].astype(np.float64) * vector).sum(axis=1)
        order = np.lexsort((found[0], -similar))[:count]
        return [Hit(int(found[0][place]), float(similar[place])) for place in order]


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let faiss use one thread, and put back what it found: torch may go by the same number.

    One question is a walk through memory that one core does in time. More threads wait for the
    slowest of them, on cores that other programs use as well ten times as long.
    """
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


@lru_cache(maxsize=4)
def index_of(texts: Texts) -> Index:
    """Index texts once for all the variants of a sweep, and of later ones, that read the same."""
    key = file.key_of(texts.identity, texts.texts)
    flat = file.load(key)
    if flat is None:
        vectors = embedded(texts)
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(vectors)
        file.save(flat, key)
    return Index(flat.reconstruct_n(0, flat.ntotal), flat)
