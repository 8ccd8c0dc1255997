"""The variance of a sweep on the page: shares as bars, runs as dots, best and worst cases."""

from collections.abc import Sequence
from math import isnan

from promptlab.report.data.sensitivity import (
    EXPLAINED,
    Effect,
    Sensitivity,
    Setting,
    Strip,
    said,
    sensitivity,
    warning,
)
from promptlab.report.data.sweep import Sweep
from promptlab.report.figures.axis import Axis
from promptlab.report.figures.forest import shortened
from promptlab.report.html.markup import Markup, joined, tag
from promptlab.report.html.tables import number, table
from promptlab.report.number_format import UNKNOWN, percent

LISTED = 6
"""Warnings shown; the others are there to be unfolded."""
_STRIPS = 40
"""Strips drawn."""
_WIDTH, _NAMES, _ROW, _RIGHT = 1080, 300, 24, 1060


def sensitivity_view(sweep: Sweep) -> Markup | None:
    """Write where the variance is; None where nothing can be said of it."""
    found = sensitivity(sweep)
    if found is None:
        return None
    return joined(
        _warnings(found),
        _shares(found) if found.effects else None,
        joined(
            tag("h4", "Every run, with those that it has something in common with"),
            strips(found.strips[:_STRIPS], sweep.comparison.metric),
        ),
        _cases(found, sweep.comparison.metric) if found.settings else None,
    )


def bars(effects: Sequence[Effect]) -> Markup:
    """Draw the shares; a line marks the share without effect."""
    axis = Axis(0, max([0.05, *(each.share for each in effects)]) * 1.05, _NAMES, _RIGHT - 120)
    height = _ROW * len(effects) + 8
    return tag(
        "svg",
        tag("title", "Shares of the variance between runs"),
        [_bar(each, axis, _ROW * place) for place, each in enumerate(effects)],
        viewBox=f"0 0 {_WIDTH} {height}",
        class_="plot shares",
        role="img",
    )


def _bar(effect: Effect, axis: Axis, top: float) -> Markup:
    end, middle = axis(effect.share), top + _ROW / 2
    beside = end + 10
    told = f"{effect.factor}: {percent(effect.share)} % of the variance between runs"
    mark = None
    if not isnan(effect.expected):
        told += f"; {percent(effect.expected)} % without any effect"
        x = axis(min(effect.expected, axis.high))
        beside = max(beside, x + 10)
        mark = tag("line", x1=x, x2=x, y1=top + 2, y2=top + _ROW - 2, class_="expected")
    return tag(
        "g",
        tag("title", told),
        tag("text", shortened(effect.factor, 40), x=_NAMES - 12, y=middle + 4, class_="label"),
        tag(
            "rect",
            x=axis(0),
            y=top + 4,
            width=max(1.0, end - axis(0)),
            height=_ROW - 8,
            class_="chance" if effect.by_chance else "meant",
        ),
        mark,
        tag("text", f"{percent(effect.share)} %", x=beside, y=middle + 4, class_="name"),
    )


def strips(shown: Sequence[Strip], metric: str) -> Markup:
    """Draw every run as a dot, beside those it has something in common with, and their means."""
    values = [value for strip in shown for _, value in strip.runs]
    margin = (max(values) - min(values)) * 0.05 or 0.02
    axis = Axis(min(values) - margin, max(values) + margin, _NAMES, _RIGHT)
    height = _ROW * len(shown) + 34
    return tag(
        "svg",
        tag("title", f"{metric} of every run"),
        [
            joined(
                tag("line", x1=axis(tick), x2=axis(tick), y1=0, y2=height - 26, class_="grid"),
                tag("text", f"{100 * tick:g}", x=axis(tick), y=height - 8, class_="tick"),
            )
            for tick in axis.ticks(8)
        ],
        [_strip(strip, axis, _ROW * place) for place, strip in enumerate(shown)],
        viewBox=f"0 0 {_WIDTH} {height}",
        class_="plot strips",
        role="img",
    )


def _strip(strip: Strip, axis: Axis, top: float) -> Markup:
    y, mean = top + _ROW / 2, axis(strip.mean)
    return tag(
        "g",
        tag("title", f"{strip.name}: mean {percent(strip.mean)} % of {len(strip.runs):,} runs"),
        tag("text", shortened(strip.name, 42), x=_NAMES - 12, y=y + 4, class_="label"),
        [
            tag(
                "g",
                tag("title", f"{name}: {percent(value)} %"),
                tag("circle", cx=axis(value), cy=y, r=4),
            )
            for name, value in strip.runs
        ],
        tag("line", x1=mean, x2=mean, y1=top + 3, y2=top + _ROW - 3, class_="mean"),
    )


def _warnings(found: Sensitivity) -> Markup | None:
    said_ = [tag("li", f"{warning(each)}.") for each in found.fragile]
    if not said_:
        return None
    rest = said_[LISTED:]
    more = tag("details", tag("summary", f"{len(rest)} more"), tag("ul", rest)) if rest else None
    return tag("div", tag("ul", said_[:LISTED]), more, class_="warning")


def _shares(found: Sensitivity) -> Markup:
    heads = [
        ("factor", ""),
        ("levels", ""),
        ("share, %", "of the variance between runs"),
        ("without effect, %", "the share that would be there on average without any effect"),
        ("moves, points", "from its lowest level to its highest; of seeds and orders, on average"),
        ("at most", "the widest of these ranges, in points"),
    ]
    rows = [
        tag(
            "tr",
            tag("th", each.factor, scope="row"),
            number(str(each.levels or UNKNOWN), each.levels),
            *(
                number(percent(value), value)
                for value in (each.share, each.expected, each.usual, each.widest)
            ),
        )
        for each in found.effects
    ]
    return joined(
        tag("p", EXPLAINED, class_="note"),
        tag("figure", bars(found.effects)),
        tag("p", "Orange: orders and seeds. Line: the share without any effect.", class_="note"),
        table(heads, rows),
    )


def _cases(found: Sensitivity, metric: str) -> Markup:
    over = list(found.settings[0].over)
    heads = [
        ("setting", "what the runs have in common; they differ in orders and seeds alone"),
        ("runs", ""),
        (f"mean {metric}, %", ""),
        ("worst", "the lowest run"),
        ("best", "the highest run"),
        ("spread", "from the worst to the best, in points"),
        *((f"over {name}", f"what {said(name)} moves, in points, on average") for name in over),
    ]
    return joined(
        tag("h4", "Best and worst case"),
        table(heads, [_case(each, over) for each in found.settings]),
    )


def _case(setting: Setting, over: Sequence[str]) -> Markup:
    each = setting.spread
    values = (each.mean, each.worst, each.best, each.best - each.worst)
    return tag(
        "tr",
        tag("th", setting.name, scope="row"),
        number(f"{each.runs:,}", each.runs),
        *(number(percent(value), value) for value in values),
        *(number(percent(setting.over[name]), setting.over[name]) for name in over),
    )
