"""The forest plot: every variant's score with its interval, and how far it is behind the best."""

from promptlab.report.data.sweep import Place, Sweep
from promptlab.report.figures.axis import Axis
from promptlab.report.html.markup import Markup, tag
from promptlab.report.number_format import interval, percent, points, pvalue

SHOWN = 60
"""Variants drawn."""
_ROW, _TOP, _NAMES, _WIDTH = 24, 52, 380, 1080
_LEFT, _RIGHT = (_NAMES + 20, 710), (750, _WIDTH - 20)


def forest(sweep: Sweep) -> Markup:
    """Draw the best variants' scores, and their paired differences from the best one."""
    places = sweep.ranking[:SHOWN]
    height = _TOP + _ROW * len(places) + 34
    scores, behind = _score_axis(places), _difference_axis(places)
    rows = [_row(place, number, scores, behind) for number, place in enumerate(places)]
    heads = [
        tag("text", f"{sweep.comparison.metric}, %", x=_LEFT[0], y=18, class_="head"),
        tag("text", "difference from the best, points", x=_RIGHT[0], y=18, class_="head"),
    ]
    return tag(
        "svg",
        tag("title", "Forest plot: scores and paired differences, with 95 % intervals"),
        heads,
        _grid(scores, height),
        _grid(behind, height),
        tag("line", x1=behind(0), x2=behind(0), y1=_TOP - 10, y2=height - 26, class_="zero"),
        rows,
        viewBox=f"0 0 {_WIDTH} {height}",
        class_="plot forest",
        role="img",
    )


def _score_axis(places: list[Place]) -> Axis:
    low = min(place.variant.low for place in places)
    high = max(place.variant.high for place in places)
    return _with_margin(low, high, _LEFT)


def _difference_axis(places: list[Place]) -> Axis:
    found = [place.behind.found for place in places if place.behind]
    return _with_margin(
        min([-each.high for each in found], default=-0.05),
        max([0.0, *(-each.low for each in found)]),
        _RIGHT,
    )


def _with_margin(low: float, high: float, ends: tuple[float, float]) -> Axis:
    margin = (high - low) * 0.04 or 0.02
    return Axis(low - margin, high + margin, *ends)


def _grid(axis: Axis, height: float) -> list[Markup]:
    return [
        part
        for tick in axis.ticks(7)
        for part in (
            tag("line", x1=axis(tick), x2=axis(tick), y1=_TOP - 10, y2=height - 26, class_="grid"),
            tag(
                "text",
                f"{100 * tick:g}".replace("-", "−"),
                x=axis(tick),
                y=height - 8,
                class_="tick",
            ),
        )
    ]


def _row(place: Place, number: int, scores: Axis, behind: Axis) -> Markup:
    y = _TOP + _ROW * number + _ROW / 2
    variant = place.variant
    told = f"{place.name}: {percent(variant.mean)} [{interval(variant.low, variant.high)}]"
    drawn = [_interval(scores, (variant.low, variant.mean, variant.high), y, "score")]
    if place.behind:
        found = place.behind.found
        told += f"; {points(-found.difference)} points, p = {pvalue(place.behind.holm)} after Holm"
        apart = "apart" if place.behind.holm < 0.05 else "together"
        ends = -found.high, -found.difference, -found.low
        drawn.append(_interval(behind, ends, y, apart))
    return tag(
        "g",
        tag("title", told),
        tag("rect", x=0, y=y - _ROW / 2, width=_WIDTH, height=_ROW, class_="band"),
        tag("text", shortened(place.name), x=_NAMES, y=y + 4, class_="label"),
        drawn,
    )


def _interval(axis: Axis, ends: tuple[float, float, float], y: float, kind: str) -> Markup:
    low, mid, high = ends
    return tag(
        "g",
        tag("line", x1=axis(low), x2=axis(high), y1=y, y2=y),
        tag("circle", cx=axis(mid), cy=y, r=4.5),
        class_=f"interval {kind}",
    )


def shortened(name: str, longest: int = 54) -> str:
    """Leave out the middle of a long name."""
    if len(name) <= longest:
        return name
    half = (longest - 1) // 2
    return f"{name[:half]}…{name[-half:]}"
