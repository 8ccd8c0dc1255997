"""A bootstrap interval: the percentiles of what a figure is on the draws, their bias corrected.

Efron, Nonparametric Standard Errors and Confidence Intervals, 1981 (the BC interval): a figure such
as the calibration error is higher on draws than on what they are drawn of, by chance alone.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from promptlab.metric.bootstrap.draws import Draws, draws, enough

if TYPE_CHECKING:
    from numpy.typing import NDArray

CONFIDENCE = 0.95


def intervals(
    figures: Mapping[str, float],
    n: int,
    on: Callable[[Draws], "Mapping[str, NDArray[np.float64]]"],
    confidence: float = CONFIDENCE,
) -> dict[str, float]:
    """Return `NAME_low` and `NAME_high` of each figure, where draws of it differ.

    Args:
        figures: What each is on all n answers.
        n: How many answers there are.
        on: What each figure is on some draws, NaN where it is nothing: shape (draws,).
        confidence: Of the intervals.
    """
    parts = [on(some) for some in draws(n, enough(confidence))] if n > 1 else []
    drawn = {name: np.concatenate([part[name] for part in parts]) for name in figures if parts}
    found: dict[str, float] = {}
    for name, values in drawn.items():
        if bounds := corrected(figures[name], values[np.isfinite(values)], confidence):
            found |= {f"{name}_low": bounds[0], f"{name}_high": bounds[1]}
    return found


def corrected(
    figure: float, values: "NDArray[np.float64]", confidence: float = CONFIDENCE
) -> Sequence[float]:
    """Return the bounds of a figure by what it is on draws; nothing where all are the same.

    Nothing, too, where every draw is on one side of the figure: then they say nothing of it.
    """
    from scipy.special import ndtr, ndtri  # noqa: PLC0415  scipy, only when a run has ended

    if not len(values) or np.ptp(values) <= 1e-12:
        return ()
    below = (np.mean(values < figure - 1e-12) + np.mean(values < figure + 1e-12)) / 2
    if not 0 < below < 1:
        return ()
    ends = ndtri([(1 - confidence) / 2, (1 + confidence) / 2])
    low, high = np.quantile(values, ndtr(2 * ndtri(below) + ends))
    return float(min(low, figure)), float(max(high, figure))
