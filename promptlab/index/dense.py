"""Nearest vectors by inner product: faiss, with ties that do not depend on its heaps.

Johnson, Douze and Jégou, Billion-scale similarity search with GPUs (2017). An index is kept on disk
once it was built, so that a pool that was indexed before needs neither its vectors nor its encoder.
"""

import logging
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from promptlab.index import file
from promptlab.index.approximate import CLASSES, NEAR, Approximate, build
from promptlab.index.embedding import Texts, embedded
from promptlab.index.hit import Hit
from promptlab.index.kind import FLAT, HNSW, IVF, Flat, Kind
from promptlab.index.ranking import rescored
from promptlab.index.threads import one_thread

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """A flat index over vectors, shape (size, dimensions).

    Attributes:
        vectors: All of them.
        flat: Searches them.
        longest: The length of the longest; None where all are unit vectors.
    """

    vectors: NDArray[np.float32]
    flat: faiss.IndexFlatIP
    longest: float | None = None

    @property
    def recall(self) -> float:
        """The share that is found of what is to be found."""
        return 1.0

    def nearest(self, vector: NDArray[np.float32], count: int) -> list[Hit]:
        """Return the `count` nearest and their similarities, ties to the lower index.

        Args:
            vector: As the others, shape (dimensions,).
            count: How many; all, where there are fewer.

        faiss finds candidates until those at the end are clearly farther than the last one
        wanted; these are compared again, in float64, each by itself.
        """
        count = min(count, len(self.vectors))
        depth = min(2 * count + 8, len(self.vectors))
        scale = 1.0 if self.longest is None else self.longest * float(np.linalg.norm(vector)) or 1.0
        while True:
            with one_thread():
                near, found = self.flat.search(vector[None], depth)
            if depth == len(self.vectors) or near[0, -1] < near[0, count - 1] - NEAR * scale:
                break
            depth = min(4 * depth, len(self.vectors))
        return rescored(self.vectors, found[0], vector, scale)[:count]


@lru_cache(maxsize=4)
def index_of(texts: Texts, kind: Kind = FLAT) -> Index | Approximate:
    """Index texts once for all the variants of a sweep, and of later ones, that read the same."""
    return _flat(texts) if isinstance(kind, Flat) else _approximate(texts, kind)


def _flat(texts: Texts) -> Index:
    key = file.key_of(texts.identity, texts.texts, _how(texts, FLAT))
    flat = file.load(key)
    if flat is None:
        vectors = embedded(texts)
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(vectors)
        file.save(flat, key)
    vectors = flat.reconstruct_n(0, flat.ntotal)
    if texts.similarity != "inner_product":
        return Index(vectors, flat)
    return Index(vectors, flat, float(np.linalg.norm(vectors, axis=1).max(initial=0)))


def _approximate(texts: Texts, kind: HNSW | IVF) -> Approximate:
    key = file.key_of(texts.identity, texts.texts, _how(texts, kind))
    index = file.load(key, CLASSES[type(kind)])
    how = "read from the cache"
    if index is None:
        vectors = embedded(texts)
        start = time.perf_counter()
        index = build(vectors, kind)
        how = f"built in {time.perf_counter() - start:.1f} s"
        file.save(index, key)
    made = _measured(index, texts, kind)
    LOG.warning(
        "promptlab: %s index of %d texts, %s: finds %.1f %% of the ten nearest",
        *(type(kind).__name__, len(texts.texts), how, 100 * made.recall),
    )
    return made


def _measured(index: Any, texts: Texts, kind: HNSW | IVF) -> Approximate:
    """Take up an index with its recall, which is measured once and then kept beside it."""
    searched = f"{texts.similarity} {kind.searched} recall"
    key = file.key_of(texts.identity, texts.texts, searched)
    made = Approximate.of(index, kind, file.load_number(key))
    if made.measured is None:
        file.save_number(made.recall, key)
    return made


def _how(texts: Texts, kind: Kind) -> str:
    """Name how the texts are indexed; a flat index by cosine, as all once were, has no name."""
    how = f"{texts.similarity} {kind.built}"
    return "" if how == "cosine flat" else how
