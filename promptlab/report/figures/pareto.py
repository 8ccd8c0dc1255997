"""The Pareto plot: score against tokens, and the front of the best score at each cost.

Every point is named, or has the number of its place in the ranking where its name has no room.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from promptlab.report.data.standings import Place, Standings
from promptlab.report.figures.fonts import readable
from promptlab.report.figures.labels import Label, name_points
from promptlab.report.figures.look import BLUE, INK, SOFT, WIDTH, head, plain, shortened, tell
from promptlab.report.number_format import count, percent
from promptlab.text.escaping import in_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_RATIO = 8
"""Between the dearest and the cheapest variant, from which on the axis is logarithmic."""


@readable()
def pareto_figure(sweep: Standings) -> Figure:
    """Draw scores against tokens, with the Pareto front.

    Raises:
        ValueError: no token was counted.
    """
    places = [place for place in sweep.ranking if place.cost.tokens > 0]
    if not places:
        raise ValueError("no tokens were counted in these runs; there is no cost to draw")
    figure = Figure(figsize=(WIDTH, 5), layout="constrained")
    axes = figure.subplots()
    optimal = sorted((p for p in places if p.pareto), key=lambda place: place.cost.tokens)
    axes.margins(0.06, 0.12)
    _points(axes, [place for place in places if not place.pareto], color=SOFT, alpha=0.5, s=36)
    _points(axes, optimal, color=BLUE, s=64)
    _scale(axes, [place.cost.tokens for place in places])
    if optimal:
        _front(axes, optimal)
    axes.set_ylabel(in_line(f"{sweep.comparison.metric}, %"), color=INK)
    head(axes, "score against cost; dashed: nothing as cheap is better")
    plain(axes, "both")
    numbered = name_points(axes, _labels(places))
    if numbered:
        words = axes.xaxis.get_label().get_text()
        axes.set_xlabel(f"{words}; a number is a place in the ranking", color=INK)
    return figure


def _labels(places: Sequence[Place]) -> list[Label]:
    """Name the points, those of the front first, then the best."""
    first = sorted(places, key=lambda place: (not place.pareto, place.rank))
    return [
        Label(_where(place), shortened(in_line(place.name), 40), f"#{place.rank}")
        for place in first
    ]


def _where(place: Place) -> tuple[float, float]:
    return place.cost.tokens, 100 * place.variant.mean


def _points(axes: "Axes", places: Sequence[Place], **look: Any) -> None:
    where = [_where(place) for place in places]
    if where:
        tell(axes.scatter(*zip(*where, strict=True), **look), map(_told, places))


def _told(place: Place) -> str:
    score, tokens = percent(place.variant.mean), count(place.cost.tokens)
    return f"{place.name}: {score} %, {tokens} tokens for an answer"


def _scale(axes: "Axes", tokens: Sequence[float]) -> None:
    log = max(tokens) > _RATIO * min(tokens)
    if log:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        axes.xaxis.set_major_locator(MaxNLocator("auto", steps=(1, 2, 5, 10), integer=True))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    words = f"tokens for an answer{', each step a ratio' if log else ''}"
    axes.set_xlabel(words, color=INK)


def _front(axes: "Axes", optimal: Sequence[Place]) -> None:
    """Draw the steps of the front, from one side of the plot to the other."""
    (_, right), (bottom, _) = axes.get_xlim(), axes.get_ylim()
    axes.autoscale(enable=False)
    across, up = map(list, zip(*map(_where, optimal), strict=True))
    steps = [across[0], *across, right], [bottom, *up, up[-1]]
    axes.step(*steps, "--", where="post", color=BLUE, linewidth=1)
