"""The factor heat map: the mean score of each combination of two swept settings."""

from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import Any

from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from promptlab.report.data.reading.factors import cells, ordered, pairs, telling
from promptlab.report.data.standings import Standings
from promptlab.report.figures.fonts import readable
from promptlab.report.figures.look import INK, plain, shortened, tell
from promptlab.report.number_format import percent
from promptlab.text.escaping import in_line


def heat_maps(sweep: Standings) -> Iterator[tuple[str, Figure]]:
    """Draw the pairs of the settings that matter most, each with its title, the strongest first."""
    levels = sweep.factors
    for pair in pairs(telling(levels, [variant.mean for variant in sweep.variants])):
        columns, rows = sorted(pair, key=lambda factor: len(set(levels[factor])))
        yield f"{rows} × {columns}", heat_map_figure(sweep, rows, columns)


@readable()
def heat_map_figure(sweep: Standings, rows: str = "", columns: str = "") -> Figure:
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
    of_cells = cells(levels[down], levels[across], values)
    names, heads = ordered(levels[down]), ordered(levels[across])
    figure = Figure(figsize=(2.5 + len(heads), 1 + 0.42 * len(names)), layout="constrained")
    axes = figure.subplots()
    axes.set_xlim(-0.5, len(heads) - 0.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xticks(range(len(heads)), [shortened(in_line(head), 13) for head in heads])
    axes.set_yticks(range(len(names)), [shortened(in_line(name), 26) for name in names])
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xlabel(in_line(across), color=INK, fontweight="bold")
    axes.set_ylabel(in_line(down), color=INK, fontweight="bold")
    plain(axes)
    means = {key: fmean(of_cell) for key, of_cell in of_cells.items()}
    low, high = min(means.values()), max(means.values())
    for (row, column), mean in means.items():
        share = (mean - low) / (high - low) if high > low else 0.5
        where = heads.index(column), names.index(row)
        words = f"{down} {row}, {across} {column}: {_told(of_cells[row, column])}"
        tell(axes.add_patch(_cell(*where, share)), [words])
        colour = "#fefefe" if share < 0.5 else "#111111"
        look: dict[str, Any] = {"ha": "center", "va": "center", "fontweight": "bold"}
        axes.text(*where, percent(mean), color=colour, **look)
    return figure


def _cell(x: int, y: int, share: float) -> Rectangle:
    return Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=colormaps["cividis"](share))


def _told(values: Sequence[float]) -> str:
    runs = f" ({len(values)} variants, {percent(min(values))} to {percent(max(values))})"
    return f"{percent(fmean(values))} %" + (runs if len(values) > 1 else "")


def _settings(
    levels: dict[str, list[str]], strongest: Sequence[str], rows: str, columns: str
) -> tuple[str, str]:
    """Choose two settings: those named, then the strongest."""
    named = [name for name in (rows, columns) if name]
    unknown = [name for name in named if name not in levels]
    others = [name for name in strongest if name not in named]
    if unknown or len(named) + len(others) < 2:
        known = ", ".join(levels) or "nothing"
        missing = f"; there is no {', '.join(unknown)}" if unknown else ""
        raise ValueError(f"a heat map needs two swept settings{missing}; swept: {known}")
    down = rows or others.pop(0)
    return down, columns or others.pop(0)
