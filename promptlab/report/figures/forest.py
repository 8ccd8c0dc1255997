"""The forest plot: every variant's score with its interval, and how far it is behind the best."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from promptlab.report.data.standings import Place, Standings
from promptlab.report.figures.fonts import readable
from promptlab.report.figures.look import (
    BLUE,
    INK,
    PAPER,
    ROW,
    SHOWN,
    SOFT,
    WARM,
    WIDTH,
    head,
    plain,
    rows,
)
from promptlab.report.number_format import interval, percent, points, pvalue
from promptlab.text.escaping import in_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@readable()
def forest_figure(sweep: Standings) -> Figure:
    """Draw the best variants' scores with their intervals, and paired differences from the best."""
    places = sweep.ranking[:SHOWN]
    figure = Figure(figsize=(WIDTH, 0.8 + ROW * len(places)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    right.axvline(0, color=SOFT, linestyle="--", linewidth=1)
    scores = [(place.variant.low, place.variant.mean, place.variant.high) for place in places]
    _intervals(left, range(len(places)), scores, [BLUE] * len(places), [BLUE] * len(places))
    behind = [(y, place.behind) for y, place in enumerate(places) if place.behind]
    apart = [pair.holm < 0.05 for _, pair in behind]
    _intervals(
        right,
        [y for y, _ in behind],
        [(-p.found.high, -p.found.difference, -p.found.low) for _, p in behind],
        [WARM if each else SOFT for each in apart],
        [WARM if each else PAPER for each in apart],
    )
    for axes in (left, right):
        plain(axes, "x")
        rows(axes, [place.name for place in places], map(_told, places))
    right.tick_params(labelleft=False)
    head(left, "each by itself, with 95 % intervals")
    head(right, "against the best, on the same examples")
    left.set_xlabel(in_line(f"{sweep.comparison.metric}, %"), color=INK)
    right.set_xlabel("difference from the best, points (hollow: not told apart)", color=INK)
    return figure


def _intervals(
    axes: "Axes",
    where: Sequence[int],
    ends: Sequence[tuple[float, float, float]],
    colours: Sequence[str],
    filled: Sequence[str],
) -> None:
    low, middle, high = 100 * np.array(ends).reshape(-1, 3).T
    axes.hlines(where, low, high, colors=colours)
    axes.scatter(middle, where, s=36, c=filled, edgecolors=colours, linewidths=1.5, zorder=3)


def _told(place: Place) -> str:
    variant = place.variant
    words = f"{place.name}: {percent(variant.mean)} [{interval(variant.low, variant.high)}]"
    if not place.behind:
        return words
    behind = points(-place.behind.found.difference)
    return f"{words}; {behind} points, p = {pvalue(place.behind.holm)} after Holm"
