"""A map: pool and questions on a plane, the chosen ones marked."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from promptlab.report.figures.look import BLUE, LINE, SOFT, WARM, head, plain

WIDTH = 5.2
"""Inches of one map."""
MOST = 3
"""Maps side by side."""


def plane_figure(
    pool: NDArray[np.float64], test: NDArray[np.float64], shown: Mapping[str, Sequence[int]]
) -> Figure:
    """Draw a map for each selection.

    Args:
        pool: Where the members lie, shape (members, 2).
        test: Where the questions lie, shape (questions, 2).
        shown: For each selection the members that it shows for any question, by index.
    """
    across = min(MOST, len(shown))
    down = -(-len(shown) // MOST)
    figure = Figure(figsize=(WIDTH * across, WIDTH * 0.86 * down), layout="constrained")
    places = figure.subplots(down, across, squeeze=False, sharex=True, sharey=True).ravel()
    for axes, (name, members) in zip(places, shown.items(), strict=False):
        axes.scatter(*pool.T, s=9, color=LINE, label=f"pool, {len(pool)}")
        asked = f"test, {len(test)}"
        axes.scatter(*test.T, s=14, color=BLUE, marker="x", linewidth=0.8, label=asked)
        axes.scatter(
            *pool[list(members)].T,
            s=20,
            color=WARM,
            edgecolors=SOFT,
            linewidth=0.4,
            label=f"shown, {len(members)}",
        )
        plain(axes)
        axes.set_xlabel("first principal component", color=SOFT)
        axes.set_ylabel("second", color=SOFT)
        head(axes, name)
        axes.legend(loc="best", fontsize=8, frameon=False)
    for axes in places[len(shown) :]:
        axes.set_axis_off()
    return figure
