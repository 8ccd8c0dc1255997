"""Many comparisons at once: p-values adjusted so that a sweep does not find what is not there.

Holm, A Simple Sequentially Rejective Multiple Test Procedure, 1979: with probability 1 − α none of
the differences below α is an accident. Benjamini and Hochberg, Controlling the False Discovery
Rate, 1995: of the differences below α, a share of at most α is expected to be one.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def holm(pvalues: ArrayLike) -> NDArray[np.float64]:
    """Return Holm's adjusted p-values, in the order given."""
    raw, order = _check_and_sort(pvalues)
    adjusted = raw[order] * np.arange(len(raw), 0, -1)
    return _restore(np.maximum.accumulate(adjusted), order)


def benjamini_hochberg(pvalues: ArrayLike) -> NDArray[np.float64]:
    """Return Benjamini and Hochberg's adjusted p-values, in the order given."""
    raw, order = _check_and_sort(pvalues)
    adjusted = raw[order] * len(raw) / np.arange(1, len(raw) + 1)
    return _restore(np.minimum.accumulate(adjusted[::-1])[::-1], order)


def _check_and_sort(pvalues: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Check p-values, and find their ascending order."""
    raw = np.asarray(pvalues, dtype=np.float64)
    if raw.ndim != 1:
        raise ValueError(f"p-values of shape {raw.shape}; expected a flat list")
    wrong = np.flatnonzero(~((raw >= 0) & (raw <= 1)))
    if wrong.size:
        index = int(wrong[0])
        raise ValueError(f"pvalues[{index}] is {raw[index]}; expected 0 to 1")
    return raw, np.argsort(raw, kind="stable")


def _restore(adjusted: NDArray[np.float64], order: NDArray[np.intp]) -> NDArray[np.float64]:
    """Put adjusted p-values back where they came from, none above 1."""
    restored = np.empty_like(adjusted)
    restored[order] = np.minimum(adjusted, 1)
    return restored
