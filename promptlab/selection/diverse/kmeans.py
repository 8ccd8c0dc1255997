"""K-means over a pool's embeddings: each cluster's members, nearest to its centroid first."""

import warnings
from functools import lru_cache

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from promptlab.index.embedding import Texts, embedded


@lru_cache(maxsize=8)
def clusters_of(texts: Texts, k: int, seed: int, n_init: int) -> tuple[tuple[int, ...], ...]:
    """Return the indices of `k` clusters' members; a cluster may be empty where texts repeat.

    One thread, for threads add up a centroid in any order and a member between two clusters may
    then fall to either.
    """
    vectors = embedded(texts)
    means = KMeans(n_clusters=k, random_state=seed, n_init=n_init)
    with threadpool_limits(limits=1), warnings.catch_warnings():
        # Fewer distinct texts than clusters: the empty ones are dealt with by the selection.
        warnings.simplefilter("ignore", ConvergenceWarning)
        distances = means.fit_transform(vectors)
    # Copies are as far from a centroid as the first of them, but for rounding, and with it.
    _, first, place = np.unique(vectors, axis=0, return_index=True, return_inverse=True)
    first = first[place.ravel()]
    labels, nearest_first = (
        means.labels_[first],
        np.argsort(distances[first], axis=0, kind="stable"),
    )
    return tuple(
        tuple(int(i) for i in nearest_first[:, cluster] if labels[i] == cluster)
        for cluster in range(k)
    )
