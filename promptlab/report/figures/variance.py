"""Where the variance is: shares of settings, seeds and orders; every run beside those like it."""

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from promptlab.report.data.standings import Standings
from promptlab.report.data.views.sensitivity import Effect, Strip, sensitivity
from promptlab.report.figures.fonts import readable
from promptlab.report.figures.look import (
    BLUE,
    INK,
    ROW,
    SOFT,
    WARM,
    WIDTH,
    head,
    plain,
    rows,
    tell,
)
from promptlab.report.number_format import percent
from promptlab.text.escaping import in_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STRIPS = 40
"""Strips drawn."""


@readable()
def variance_figure(sweep: Standings) -> Figure:
    """Draw the shares of the variance between runs, and every run beside those like it.

    Raises:
        ValueError: the runs are no grid of settings.
    """
    parts = sensitivity(sweep)
    if parts is None:
        raise ValueError("these runs are no grid of settings; there is no variance to take apart")
    strips = parts.strips[:_STRIPS]
    heights = [count + 1.5 for count in (len(parts.effects), len(strips)) if count]
    apart = ConstrainedLayoutEngine(h_pad=0.1)
    figure = Figure(figsize=(WIDTH, 0.4 + ROW * sum(heights)), layout=apart)
    plots = figure.subplots(len(heights), squeeze=False, height_ratios=heights)[:, 0]
    if parts.effects:
        _shares(plots[0], parts.effects)
    _strips(plots[-1], strips, sweep.comparison.metric)
    return figure


def _shares(axes: "Axes", effects: Sequence[Effect]) -> None:
    for y, effect in enumerate(effects):
        end = 100 * effect.share
        axes.barh(y, end, color=WARM if effect.by_chance else BLUE, height=0.6)
        if not isnan(effect.expected):
            expected = 100 * effect.expected
            axes.plot(expected, y, "|", color=INK, markersize=12, markeredgewidth=2)
            end = max(end, expected)
        look: dict[str, Any] = {"textcoords": "offset points", "va": "center", "color": INK}
        axes.annotate(f"{percent(effect.share)} %", (end, y), (6, 0), **look)
    shown = [share for effect in effects for share in (effect.share, effect.expected)]
    axes.set_xlim(0, 110 * max(0.05, *(share for share in shown if not isnan(share))))
    plain(axes)
    rows(axes, [effect.factor for effect in effects], map(_told, effects))
    axes.set_xlabel("share of the variance between runs, %", color=INK)
    head(axes, "what moves the score (orange: orders and seeds; line: without any effect)")


def _told(effect: Effect) -> str:
    words = f"{effect.factor}: {percent(effect.share)} % of the variance between runs"
    chance = f"; {percent(effect.expected)} % without any effect"
    return words if isnan(effect.expected) else words + chance


def _strips(axes: "Axes", strips: Sequence[Strip], metric: str) -> None:
    dots = [(y, *run) for y, strip in enumerate(strips) for run in strip.runs]
    where = [100 * value for _, _, value in dots], [y for y, _, _ in dots]
    points = axes.scatter(*where, s=36, color=SOFT, alpha=0.45)
    tell(points, [f"{name}: {percent(value)} %" for _, name, value in dots])
    means = [100 * strip.mean for strip in strips]
    axes.plot(means, range(len(means)), "|", color=BLUE, markersize=14, markeredgewidth=3)
    plain(axes, "x")
    words = [
        f"{each.name}: mean {percent(each.mean)} % of {len(each.runs):,} runs" for each in strips
    ]
    rows(axes, [strip.name for strip in strips], words)
    axes.set_xlabel(in_line(f"{metric}, %"), color=INK)
    head(axes, "every run beside those like it (blue: their mean)")
