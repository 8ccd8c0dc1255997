"""The score by slice: a row for each value of a field, the best variants side by side."""

from math import isnan
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from promptlab.report.data.standings import Standings
from promptlab.report.data.views.slices import Slice, SlicedField
from promptlab.report.figures.curve import LOOKS
from promptlab.report.figures.fonts import readable
from promptlab.report.figures.look import INK, ROW, WIDTH, head, plain, rows, shortened, tell
from promptlab.report.number_format import interval, percent
from promptlab.text.escaping import in_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DRAWN = 3
"""Variants drawn; more points in a row are not told apart."""


@readable()
def slices_figure(sweep: Standings) -> Figure:
    """Draw the best variants' scores by the values of each field, with corrected intervals.

    Raises:
        ValueError: the runs have no slices.
    """
    fields = sweep.slices
    if not fields:
        raise ValueError("these runs have no slices; expected runs with slices=[field]")
    heights = [len(field.values) + 1.5 for field in fields]
    figure = Figure(figsize=(WIDTH, 0.9 + ROW * 1.4 * sum(heights)), layout="constrained")
    plots = figure.subplots(len(fields), squeeze=False, height_ratios=heights)[:, 0]
    for axes, field in zip(plots, fields, strict=True):
        _field(axes, field, sweep.comparison.metric)
    if len(sweep.names) > 1:
        plots[0].legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, labelcolor=INK)
    return figure


def _field(axes: "Axes", field: SlicedField, metric: str) -> None:
    drawn = list(field.of.items())[:DRAWN]
    for place, (name, held) in enumerate(drawn):
        shift = 0.24 * (place - (len(drawn) - 1) / 2)
        where = [y + shift for y, value in enumerate(field.values) if value in held]
        _intervals(axes, name, where, [held[v] for v in field.values if v in held], place)
    plain(axes, "x")
    counts = [field.n(value) for value in field.values]
    rows(
        axes,
        [f"{value} (n = {n:,})" for value, n in zip(field.values, counts, strict=True)],
        [_told(field, value) for value in field.values],
    )
    head(axes, f"{metric}, %, by {field.field}")


def _intervals(axes: "Axes", name: str, where: list[float], of: list[Slice], place: int) -> None:
    colour, mark = LOOKS[place]
    known = [(y, each) for y, each in zip(where, of, strict=True) if not isnan(each.low)]
    axes.hlines(
        [y for y, _ in known],
        [100 * each.low for _, each in known],
        [100 * each.high for _, each in known],
        colors=colour,
    )
    marks = axes.scatter(
        [100 * each.mean for each in of],
        where,
        s=32,
        color=colour,
        marker=mark,
        zorder=3,
        label=shortened(in_line(name), 40),
    )
    tell(marks, [f"{name}: {percent(each.mean)} % of {each.n:,}" for each in of])


def _told(field: SlicedField, value: str) -> str:
    parts = [
        f"{name}: {percent(held[value].mean)} [{interval(held[value].low, held[value].high)}]"
        for name, held in list(field.of.items())[:DRAWN]
        if value in held
    ]
    return f"{field.field} {value}, n = {field.n(value):,}: " + "; ".join(parts)
