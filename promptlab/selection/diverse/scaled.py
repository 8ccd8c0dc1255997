"""Scores of one ranking, moved so that those of another can be added to them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from promptlab.index.hit import Hit

if TYPE_CHECKING:
    from numpy.typing import NDArray


def scaled(scores: Sequence[float]) -> "NDArray[np.float64]":
    """Move scores to 0 for the lowest and 1 for the highest; all to 1 where they are equal.

    Where a score is not finite, as that of a member that was never tried, the lowest counts.
    """
    values = np.array(scores, dtype=np.float64)
    finite = np.isfinite(values)
    low, high = (values[finite].min(), values[finite].max()) if finite.any() else (0.0, 0.0)
    values = np.where(finite, values, low)
    return (values - low) / (high - low) if high > low else np.ones_like(values)


def likened(hits: Sequence[Hit], similarities: "NDArray[np.floating]") -> list[Hit]:
    """Let hits be as like the question as these numbers say, shape (hits,)."""
    return [
        replace(hit, likeness=float(similarity))
        for hit, similarity in zip(hits, similarities, strict=True)
    ]
