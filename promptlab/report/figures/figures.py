"""The figures of a report for notebooks and papers, by matplotlib; none opens a window."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from promptlab.escaping import in_line
from promptlab.report.data.example_matrix import arrange
from promptlab.report.data.factors import cells, ordered, telling
from promptlab.report.data.outcome import KINDS, NAMES
from promptlab.report.data.sensitivity import Effect, sensitivity
from promptlab.report.data.sweep import Sweep
from promptlab.report.figures.fonts import readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, WARM, SOFT = "#0072b2", "#d55e00", "#6b7480"
SHOWN = 60


@readable()
def forest_figure(sweep: Sweep) -> Figure:
    """Draw scores with their intervals, and paired differences from the best."""
    places = sweep.ranking[:SHOWN]
    figure = Figure(figsize=(9, 1.2 + 0.28 * len(places)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(1.3, 1))
    for y, place in enumerate(places):
        variant, pair = place.variant, place.behind
        _interval(left, y, (variant.low, variant.mean, variant.high), BLUE)
        if pair:
            found, colour = pair.found, WARM if pair.holm < 0.05 else SOFT
            _interval(right, y, (-found.high, -found.difference, -found.low), colour)
    right.axvline(0, color=SOFT, linestyle="--", linewidth=1)
    left.set_yticks(range(len(places)), [in_line(place.name) for place in places])
    left.set_ylim(len(places) - 0.4, -0.6)
    left.set_xlabel(f"{in_line(sweep.comparison.metric)}, %")
    right.set_xlabel("difference from the best, points\n(grey: not told apart)")
    for axes in (left, right):
        _plain(axes)
    return figure


@readable()
def pareto_figure(sweep: Sweep) -> Figure:
    """Draw scores against tokens, with the Pareto front.

    Raises:
        ValueError: no token was counted.
    """
    places = [place for place in sweep.ranking if place.cost.tokens > 0]
    if not places:
        raise ValueError("no tokens were counted in these runs; there is no cost to draw")
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    for place in places:
        colour = BLUE if place.pareto else SOFT
        axes.plot(place.cost.tokens, 100 * place.variant.mean, "o", color=colour)
    best = sorted((p for p in places if p.pareto), key=lambda place: place.cost.tokens)
    across = [place.cost.tokens for place in best]
    up = [100 * place.variant.mean for place in best]
    axes.step(across, up, "--", where="post", color=BLUE, linewidth=1)
    for place in best:
        where = place.cost.tokens, 100 * place.variant.mean
        left = place.cost.tokens > max(across) / 2
        shift, side = (-5, "right") if left else (5, "left")
        axes.annotate(in_line(place.name), where, (shift, 6), textcoords="offset points", ha=side)
    axes.set_xlabel("tokens for an answer")
    axes.set_ylabel(f"{in_line(sweep.comparison.metric)}, %")
    _plain(axes)
    return figure


@readable()
def heat_map_figure(sweep: Sweep, rows: str = "", columns: str = "") -> Figure:
    """Draw the mean score of each combination of two swept settings.

    Args:
        sweep: The runs.
        rows: A setting; the one that explains most where none is named.
        columns: Another one.

    Raises:
        ValueError: these were not swept; those that were are named.
    """
    values = [variant.mean for variant in sweep.variants]
    levels = sweep.factors
    down, across = _settings(levels, telling(levels, values), rows, columns)
    found = cells(levels[down], levels[across], values)
    names, heads = ordered(levels[down]), ordered(levels[across])
    size = (2.5 + 0.9 * len(heads), 1.3 + 0.45 * len(names))
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots()
    grid = np.array([[_mean(found.get((row, head), ())) for head in heads] for row in names])
    axes.imshow(grid, cmap="cividis", aspect="auto")
    middle = (np.nanmin(grid) + np.nanmax(grid)) / 2
    for (y, x), value in np.ndenumerate(grid):
        if not np.isnan(value):
            colour = "white" if value < middle else "black"
            axes.text(x, y, f"{value:.1f}", ha="center", va="center", color=colour)
    axes.set_xticks(range(len(heads)), list(map(in_line, heads)))
    axes.set_yticks(range(len(names)), list(map(in_line, names)))
    axes.set_xlabel(in_line(across))
    axes.set_ylabel(in_line(down))
    axes.set_title(f"mean {in_line(sweep.comparison.metric)}, %", fontsize=10)
    return figure


@readable()
def variance_figure(sweep: Sweep) -> Figure:
    """Draw the shares of the variance between runs, and every run beside those like it.

    Raises:
        ValueError: the runs are no grid of settings.
    """
    found = sensitivity(sweep)
    if found is None or not found.effects:
        raise ValueError("these runs are no grid of settings; there is no variance to take apart")
    figure = Figure(figsize=(11, 1.6 + 0.27 * len(found.strips)), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.4))
    _shares(left, found.effects)
    for y, strip in enumerate(found.strips):
        values = [100 * value for _, value in strip.runs]
        right.plot(values, [y] * len(values), "o", color=SOFT, alpha=0.45, markersize=5)
        right.plot(100 * strip.mean, y, "|", color=BLUE, markersize=14, markeredgewidth=3)
    right.set_yticks(range(len(found.strips)), [in_line(strip.name) for strip in found.strips])
    right.set_ylim(len(found.strips) - 0.4, -0.6)
    right.set_xlabel(f"{in_line(sweep.comparison.metric)} of every run, %; blue: their mean")
    _plain(right)
    return figure


@readable()
def matrix_figure(sweep: Sweep) -> Figure:
    """Draw what became of every example in every variant."""
    matrix = arrange(sweep)
    figure = Figure(figsize=(9, min(12, 1.4 + 0.25 * len(matrix.variants))), layout="constrained")
    axes = figure.subplots()
    numbers = [[NAMES.index(kind) if kind else np.nan for kind in row] for row in matrix.kinds]
    colours = ListedColormap([kind.colour for kind in KINDS])
    axes.imshow(
        np.array(numbers, float),
        cmap=colours,
        aspect="auto",
        interpolation="nearest",
        vmin=-0.5,
        vmax=len(KINDS) - 0.5,
    )
    if len(matrix.variants) <= SHOWN:
        axes.set_yticks(range(len(matrix.variants)), list(map(in_line, matrix.variants)))
    axes.set_xlabel("examples, from the easiest to the hardest")
    occur = {kind for row in matrix.kinds for kind in row}
    for kind in KINDS:
        if kind.name in occur:
            axes.plot([], [], "s", color=kind.colour, label=kind.name)
    figure.legend(loc="outside upper center", ncols=len(occur), frameon=False)
    return figure


def _shares(axes: "Axes", effects: Sequence[Effect]) -> None:
    for y, each in enumerate(effects):
        axes.barh(y, 100 * each.share, color=WARM if each.by_chance else BLUE, height=0.6)
        if not np.isnan(each.expected):
            axes.plot(100 * each.expected, y, "|", color="black", markersize=16, markeredgewidth=2)
    axes.set_yticks(range(len(effects)), [in_line(each.factor) for each in effects])
    axes.set_ylim(len(effects) - 0.4, -0.6)
    axes.set_xlabel("share of the variance, %; line: without any effect")
    _plain(axes)


def _settings(
    levels: dict[str, list[str]], strongest: Sequence[str], rows: str, columns: str
) -> tuple[str, str]:
    """Choose two settings: those named, then the strongest."""
    named = [name for name in (rows, columns) if name]
    unknown = [name for name in named if name not in levels]
    others = [name for name in strongest if name not in named]
    if unknown or len(named) + len(others) < 2:
        known = ", ".join(levels) or "nothing"
        asked = f"; there is no {', '.join(unknown)}" if unknown else ""
        raise ValueError(f"a heat map needs two swept settings{asked}; swept: {known}")
    down = rows or others.pop(0)
    return down, columns or others.pop(0)


def _interval(axes: "Axes", y: float, ends: tuple[float, float, float], colour: str) -> None:
    low, middle, high = (100 * end for end in ends)
    axes.plot([low, high], [y, y], color=colour, linewidth=1.5)
    axes.plot(middle, y, "o", color=colour, markersize=5)


def _mean(values: Sequence[float]) -> float:
    return 100 * sum(values) / len(values) if values else float("nan")


def _plain(axes: "Axes") -> None:
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
