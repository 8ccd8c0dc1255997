"""What a judge found of each run, and what the judge is worth, each with its interval."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from promptlab.judge.said import NAMES, figure
from promptlab.report.figures.fonts import readable
from promptlab.report.figures.look import (
    BLUE,
    INK,
    ROW,
    SHOWN,
    SOFT,
    WARM,
    WIDTH,
    head,
    plain,
    rows,
)
from promptlab.text.escaping import in_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Estimates = Sequence[tuple[str, Mapping[str, Any]]]
"""Names, and what is known under each: `value`, `low`, `high` and `n`, None where not defined."""


@readable()
def judged_figure(content: Mapping[str, Any]) -> Figure:
    """Draw the runs by what the judge says, beside the judge's own measures.

    Args:
        content: What `promptlab.judge.outcome` returns.
    """
    runs, measures = list(_runs(content))[:SHOWN], _measures(content)
    size = (WIDTH, 1.0 + ROW * max(len(runs), len(measures), 1))
    drawn = Figure(figsize=size, layout="constrained")
    left, right = drawn.subplots(1, 2)
    single = content["mode"] == "single"
    _draw(left, runs, BLUE, "what it says of each run")
    left.set_xlabel("share right (x: by the gold answers)" if single else "strength", color=INK)
    _draw(right, measures, WARM, "what the judge is worth")
    right.axvline(0, color=SOFT, linestyle="--", linewidth=1)
    _mark_gold(left, content, len(runs))
    return drawn


def _runs(content: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from ((run["name"], run["right"]) for run in content.get("graded", ()))
    yield from ((run["name"], run["strength"]) for run in content.get("compared", ()))


def _measures(content: Mapping[str, Any]) -> Estimates:
    return [(NAMES.get(each["name"], each["name"]), each) for each in content["measures"]]


def _draw(axes: "Axes", estimates: Estimates, colour: str, title: str) -> None:
    for y, (_, each) in enumerate(estimates):
        if each["value"] is None:
            continue
        axes.scatter([each["value"]], [y], s=36, c=colour, zorder=3)
        if each["low"] is not None and each["high"] is not None:
            axes.hlines(y, each["low"], each["high"], colors=colour)
    plain(axes, "x")
    told = [f"{name}: {figure(each)}" for name, each in estimates]
    rows(axes, [in_line(name) for name, _ in estimates], map(in_line, told))
    head(axes, title)


def _mark_gold(axes: "Axes", content: Mapping[str, Any], shown: int) -> None:
    known = [run.get("gold") for run in content.get("graded", ())][:shown]
    places = [(y, gold) for y, gold in enumerate(known) if gold is not None]
    axes.scatter([gold for _, gold in places], [y for y, _ in places], marker="x", c=INK, zorder=4)
