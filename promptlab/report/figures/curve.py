"""The curve of the score over the number of demonstrations, with 95 % intervals."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from promptlab.report.data.standings import Standings
from promptlab.report.data.views.curves import Curve, Point
from promptlab.report.figures.fonts import readable
from promptlab.report.figures.look import BLUE, INK, SOFT, WARM, WIDTH, head, plain, shortened, tell
from promptlab.report.number_format import interval, percent
from promptlab.text.escaping import in_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOOKS = (
    *((BLUE, "o"), (WARM, "s"), ("#00876a", "^")),
    *(("#b0609a", "D"), ("#a6761d", "v"), (SOFT, "P")),
)
"""Colours that are seen on light and on dark paper, and marks for those who do not tell colours."""
DRAWN = len(LOOKS)
"""Curves drawn."""
_RATIO = 16
"""Between the most and the fewest demonstrations, over which the axis is logarithmic."""
_APART, _TICKS = 0.06, 0.025
"""Least distances of names, and of numbers on the axis, as shares of the plot."""


@readable()
def curve_figure(sweep: Standings) -> Figure:
    """Draw the highest curves of the score over the number of demonstrations.

    Raises:
        ValueError: the number of demonstrations is the same in all runs.
    """
    drawn = _drawn(sweep.curves)
    if not drawn:
        raise ValueError("these runs do not differ in k; there is no curve over it to draw")
    figure = Figure(figsize=(WIDTH, 5), layout="constrained")
    axes = figure.subplots()
    for curve, (colour, mark) in zip(drawn, LOOKS, strict=False):
        _draw(axes, curve, colour, mark)
    _scale(axes, sorted({point.k for curve in drawn for point in curve.points}))
    head(axes, "score over the number of demonstrations, with 95 % intervals")
    axes.set_xlabel("demonstrations (k)", color=INK)
    axes.set_ylabel(in_line(f"{sweep.comparison.metric}, %"), color=INK)
    plain(axes, "y")
    if len(drawn) > 1:
        _name(axes, drawn)
    return figure


def described(sweep: Standings) -> str:
    """Say what the figure shows, for those who do not see it."""
    told = "; ".join(
        f"{curve.name}: " + ", ".join(f"{percent(p.mean)} at {p.k}" for p in curve.points)
        for curve in _drawn(sweep.curves)
    )
    return in_line(f"{sweep.comparison.metric}, %, over the number of demonstrations. {told}")


def _drawn(every: Sequence[Curve]) -> list[Curve]:
    """Choose the highest, but for those without a demonstration, which are what to beat."""
    kept = sorted(every, key=lambda curve: curve.points[-1].k > 0)[:DRAWN]
    return sorted(kept, key=every.index)


def _draw(axes: "Axes", curve: Curve, colour: str, mark: str) -> None:
    ks = [point.k for point in curve.points]
    low, mean, high = (
        [100 * each for each in ends]
        for ends in zip(*((p.low, p.mean, p.high) for p in curve.points), strict=True)
    )
    if len(ks) > 1:
        axes.fill_between(ks, low, high, color=colour, alpha=0.12, linewidth=0)
        axes.plot(ks, mean, color=colour, linewidth=2)
    else:
        axes.vlines(ks, low, high, colors=colour, linewidth=2)
    if ks == [0]:
        axes.axhline(*mean, color=colour, linewidth=1, linestyle=":")
    points = axes.scatter(ks, mean, s=40, color=colour, marker=mark, alpha=0.9, zorder=3)
    tell(points, [_told(curve, point) for point in curve.points])


def _told(curve: Curve, point: Point) -> str:
    runs = f", {point.runs:,} runs" if point.runs > 1 else ""
    ends = interval(point.low, point.high)
    return f"{curve.name}, k = {point.k:,}: {percent(point.mean)} % [{ends}]{runs}"


def _scale(axes: "Axes", ks: Sequence[int]) -> None:
    """Name the numbers of demonstrations that were tried, as far as there is room."""
    if ks[-1] > _RATIO * max(ks[0], 1):
        # Logarithmic from 1 on, with room for 0.
        axes.set_xscale("symlog", base=2, linthresh=1)
    axes.margins(x=0.03)
    places = (axes.transData + axes.transAxes.inverted()).transform([(k, 0) for k in ks])[:, 0]
    shown: list[tuple[float, int]] = []
    for place, k in reversed(list(zip(places, ks, strict=True))):
        if not shown or shown[-1][0] - place >= _TICKS:
            shown.append((place, k))
    axes.set_xticks([k for _, k in shown], [f"{k:,}" for _, k in shown])
    axes.minorticks_off()


def _name(axes: "Axes", drawn: Sequence[Curve]) -> None:
    """Write each curve's name beside its end, none over another."""
    share = axes.transData + axes.transAxes.inverted()
    most = max(point.k for curve in drawn for point in curve.points)
    ends = [(curve.points[-1].k or most, 100 * curve.points[-1].mean) for curve in drawn]
    heights = [float(share.transform(end)[1]) for end in ends]
    for index, y in zip(*_spread(heights), strict=True):
        colour, _ = LOOKS[index]
        axes.annotate(
            shortened(in_line(drawn[index].name), 40),
            ends[index],
            (1.03, y),
            textcoords="axes fraction",
            va="center",
            color=INK,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 1, "relpos": (0, 0.5)},
        )


def _spread(heights: Sequence[float]) -> tuple[list[int], list[float]]:
    """Move heights apart, keeping their order: the indexes from the lowest up, and new heights."""
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    moved: list[float] = []
    for index in order:
        moved.append(max(heights[index], moved[-1] + _APART if moved else 0))
    over = max(0.0, moved[-1] - 1)
    return order, [y - over for y in moved]
