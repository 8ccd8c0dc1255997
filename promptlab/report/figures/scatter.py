"""The Pareto plot: accuracy against tokens, and the front that nothing cheaper is better than."""

from promptlab.report.data.sweep import Place, Sweep
from promptlab.report.figures.axis import Axis
from promptlab.report.figures.forest import shortened
from promptlab.report.html.markup import Markup, tag
from promptlab.report.number_format import count, percent

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 1080, 460, 64, 1060, 24, 404
_RATIO = 8
"""Between the dearest and the cheapest variant, from which on the axis is logarithmic."""


def scatter(sweep: Sweep) -> Markup | None:
    """Draw every variant by cost and quality; None where no token was counted."""
    places = [place for place in sweep.ranking if place.cost.tokens > 0]
    if not places:
        return None
    across, up = _tokens(places), _scores(places)
    optimal = sorted((place for place in places if place.pareto), key=lambda p: p.cost.tokens)
    return tag(
        "svg",
        tag("title", "Pareto plot: score against tokens"),
        _grid(across, up, sweep.comparison.metric),
        _front(optimal, across, up),
        [_point(place, across, up) for place in reversed(places)],
        _labels(optimal, across, up),
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        class_="plot pareto",
        role="img",
    )


def _tokens(places: list[Place]) -> Axis:
    values = [place.cost.tokens for place in places]
    low, high = min(values), max(values)
    if high > _RATIO * low:
        return Axis(low / 1.2, high * 1.3, _LEFT, _RIGHT, log=True)
    margin = (high - low) * 0.08 or high * 0.2
    return Axis(max(0, low - margin), high + margin, _LEFT, _RIGHT)


def _scores(places: list[Place]) -> Axis:
    values = [place.variant.mean for place in places]
    margin = (max(values) - min(values)) * 0.12 or 0.05
    return Axis(min(values) - margin, max(values) + margin, _BOTTOM, _TOP)


def _grid(across: Axis, up: Axis, metric: str) -> list[Markup]:
    lines = []
    for tick in up.ticks():
        y = up(tick)
        lines.append(tag("line", x1=_LEFT, x2=_RIGHT, y1=y, y2=y, class_="grid"))
        lines.append(tag("text", f"{100 * tick:g}", x=_LEFT - 10, y=y + 4, class_="label"))
    for tick in across.ticks(8):
        x = across(tick)
        lines.append(tag("line", x1=x, x2=x, y1=_TOP, y2=_BOTTOM, class_="grid"))
        lines.append(tag("text", f"{tick:,.0f}", x=x, y=_BOTTOM + 20, class_="tick"))
    scale = ", each step a ratio" if across.log else ""
    where = {"x": (_LEFT + _RIGHT) / 2, "y": _HEIGHT - 12}
    lines.append(tag("text", f"tokens for an answer{scale}", **where, class_="tick head"))
    lines.append(tag("text", f"{metric}, %", x=_LEFT, y=14, class_="head"))
    return lines


def _front(optimal: list[Place], across: Axis, up: Axis) -> Markup | None:
    """Draw the steps of the front."""
    if not optimal:
        return None
    x, y = across(optimal[0].cost.tokens), up(optimal[0].variant.mean)
    path = f"M{x:.1f} {_BOTTOM}V{y:.1f}"
    for place in optimal[1:]:
        path += f"H{across(place.cost.tokens):.1f}V{up(place.variant.mean):.1f}"
    return tag("path", d=f"{path}H{_RIGHT}", class_="front")


def _point(place: Place, across: Axis, up: Axis) -> Markup:
    told = (
        f"{place.name}: {percent(place.variant.mean)} %, "
        f"{count(place.cost.tokens)} tokens for an answer"
    )
    return tag(
        "g",
        tag("title", told),
        tag(
            "circle",
            cx=across(place.cost.tokens),
            cy=up(place.variant.mean),
            r=6 if place.pareto else 4.5,
        ),
        class_="point optimal" if place.pareto else "point",
    )


def _labels(optimal: list[Place], across: Axis, up: Axis) -> list[Markup]:
    """Name the points of the front, where the names do not cover each other."""
    drawn: list[tuple[float, float, float]] = []
    labels = []
    for place in reversed(optimal):
        x, y = across(place.cost.tokens), up(place.variant.mean)
        name = shortened(place.name, 40)
        width, left = 7.2 * len(name), x + 7.2 * len(name) + 16 > _WIDTH
        start = x - width - 10 if left else x + 10
        if any(_covers(other, (y - 9, start, start + width)) for other in drawn):
            continue
        drawn.append((y - 9, start, start + width))
        labels.append(
            tag(
                "text",
                name,
                x=x - 10 if left else x + 10,
                y=y - 9,
                class_="label" if left else "name",
            )
        )
    return labels


def _covers(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    """Say whether two names, each a height and its ends, would cover each other."""
    return abs(one[0] - other[0]) < 16 and one[1] < other[2] and other[1] < one[2]
