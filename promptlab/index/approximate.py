"""Nearest vectors without looking at all of them, and how often these are the nearest indeed."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from promptlab.index.hit import Hit
from promptlab.index.kind import HNSW, IVF
from promptlab.index.ranking import best, rescored
from promptlab.index.threads import one_thread

SAMPLE = 100
"""Members whose neighbours are looked for to see how good an index is."""
DEPTH = 10
"""How many neighbours of each."""
NEAR = 1e-5
"""More than two float32 inner products of the same unit vectors can differ by."""

CLASSES = {HNSW: faiss.IndexHNSWFlat, IVF: faiss.IndexIVFFlat}


@dataclass(frozen=True, eq=False)
class Approximate:
    """An index that finds some of its vectors, usually the nearest.

    Attributes:
        vectors: All of them, shape (size, dimensions).
        index: Searches them.
        kind: How.
        measured: The recall, where it was measured before.
    """

    vectors: NDArray[np.float32]
    index: Any
    kind: HNSW | IVF
    measured: float | None = None

    @classmethod
    def of(cls, index: Any, kind: HNSW | IVF, recall: float | None = None) -> "Approximate":
        """Take up an index that was built, and its recall where that was measured."""
        if isinstance(kind, HNSW):
            index.hnsw.efSearch = kind.ef_search
        else:
            index.nprobe = kind.nprobe
        return cls(index.reconstruct_n(0, index.ntotal), index, kind, recall)

    def nearest(self, vector: NDArray[np.float32], count: int) -> list[Hit]:
        """Return the `count` nearest that are found, with their similarities, best first.

        As many candidates are looked for whatever the count, so that a short answer is the
        beginning of a long one. Where more are wanted, the others follow, nearest first.

        Args:
            vector: As the others, shape (dimensions,).
            count: How many; all, where there are fewer.
        """
        first = self._found(vector)
        return first[:count] if count <= len(first) else [*first, *self._rest(vector, first, count)]

    def _found(self, vector: NDArray[np.float32]) -> list[Hit]:
        depth = min(self.kind.candidates, len(self.vectors))
        with one_thread():
            _, found = self.index.search(vector[None], depth)
        return rescored(self.vectors, found[0][found[0] >= 0], vector)

    def _rest(self, vector: NDArray[np.float32], first: list[Hit], count: int) -> list[Hit]:
        scores = (self.vectors @ vector).astype(np.float64)
        scores[[hit.index for hit in first]] = -np.inf
        wanted = min(count, len(self.vectors)) - len(first)
        return [Hit(index, float(scores[index])) for index in best(scores, wanted)]

    @cached_property
    def recall(self) -> float:
        """The share that is found of the ten nearest others of a hundred vectors, evenly spread.

        One that is as near as the tenth counts as well as that.
        """
        if self.measured is not None:
            return self.measured
        sample = np.linspace(0, len(self.vectors) - 1, min(SAMPLE, len(self.vectors))).astype(int)
        shares = [self._share(int(index)) for index in sample]
        return float(np.mean(shares))

    def _share(self, index: int) -> float:
        scores = (self.vectors @ self.vectors[index]).astype(np.float64)
        scores[index] = -np.inf
        others = best(scores, min(DEPTH, len(scores) - 1))
        if not others:
            return 1.0
        bar = scores[others[-1]] - NEAR * max(1.0, abs(scores[others[0]]))
        found = [hit.index for hit in self._found(self.vectors[index]) if hit.index != index]
        return float((scores[found[: len(others)]] >= bar).sum()) / len(others)


def build(vectors: NDArray[np.float32], kind: HNSW | IVF) -> Any:
    """Build an index by inner product; in one thread, so that it is always the same."""
    index = _graph(vectors, kind) if isinstance(kind, HNSW) else _clusters(vectors, kind)
    with one_thread(), threadpool_limits(limits=1):
        index.train(vectors)
        index.add(vectors)
    return index


def _graph(vectors: NDArray[np.float32], kind: HNSW) -> Any:
    index = faiss.IndexHNSWFlat(vectors.shape[1], kind.m, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = kind.ef_construction
    return index


def _clusters(vectors: NDArray[np.float32], kind: IVF) -> Any:
    dimensions, lists = vectors.shape[1], kind.lists(len(vectors))
    centres = faiss.IndexFlatIP(dimensions)
    index = faiss.IndexIVFFlat(centres, dimensions, lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.min_points_per_centroid = 1  # else it warns on stderr of what `lists` has seen to
    return index
