"""The factor heat map: the mean score of each combination of two swept settings."""

from collections.abc import Sequence
from statistics import fmean

from promptlab.report.data.factors import cells, ordered, pairs, telling
from promptlab.report.data.sweep import Sweep
from promptlab.report.figures.forest import shortened
from promptlab.report.html.markup import Markup, tag
from promptlab.report.number_format import percent

RAMP = (
    *("#00224e", "#123570", "#3b496c", "#575d6d", "#707173"),
    *("#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"),
)
"""Cividis: ten steps from low to high (Nuñez, Anderton and Renslow, 2018)."""
_CELL, _ROW, _NAMES, _TOP = 96, 40, 200, 60


def heat_maps(sweep: Sweep) -> list[tuple[str, Markup]]:
    """Draw the pairs of the settings that matter most, each with its title, the strongest first."""
    values = [variant.mean for variant in sweep.variants]
    levels = sweep.factors
    found = []
    for pair in pairs(telling(levels, values)):
        columns, rows = sorted(pair, key=lambda factor: len(set(levels[factor])))
        found.append((f"{rows} × {columns}", heat_map(rows, columns, levels, values)))
    return found


def heat_map(
    rows: str, columns: str, levels: dict[str, list[str]], values: Sequence[float]
) -> Markup:
    """Draw one pair."""
    down, across = ordered(levels[rows]), ordered(levels[columns])
    found = cells(levels[rows], levels[columns], values)
    means = {key: fmean(of_cell) for key, of_cell in found.items()}
    low, high = min(means.values()), max(means.values())
    width, height = _NAMES + _CELL * len(across) + 10, _TOP + _ROW * len(down) + 10
    return tag(
        "svg",
        tag("title", f"Mean score by {rows} and {columns}"),
        tag("text", columns, x=_NAMES, y=18, class_="head"),
        tag("text", rows, x=_NAMES - 12, y=_TOP - 10, class_="label head"),
        [
            tag(
                "text",
                shortened(level, 13),
                x=_NAMES + _CELL * (i + 0.5),
                y=_TOP - 10,
                class_="tick",
            )
            for i, level in enumerate(across)
        ],
        [
            tag(
                "text",
                shortened(level, 26),
                x=_NAMES - 12,
                y=_TOP + _ROW * (j + 0.5) + 4,
                class_="label",
            )
            for j, level in enumerate(down)
        ],
        [
            _cell(i, j, f"{rows} {row}, {columns} {column}", found[row, column], (low, high))
            for j, row in enumerate(down)
            for i, column in enumerate(across)
            if (row, column) in found
        ],
        viewBox=f"0 0 {width} {height}",
        style=f"max-width:{width}px",
        class_="plot heat",
        role="img",
    )


def _cell(
    column: int, row: int, told: str, values: Sequence[float], ends: tuple[float, float]
) -> Markup:
    low, high = ends
    mean = fmean(values)
    step = round((mean - low) / (high - low) * (len(RAMP) - 1)) if high > low else len(RAMP) // 2
    runs = f"{len(values)} variants, {percent(min(values))} to {percent(max(values))}"
    x, y = _NAMES + _CELL * column, _TOP + _ROW * row
    return tag(
        "g",
        tag("title", f"{told}: {percent(mean)} %" + (f" ({runs})" if len(values) > 1 else "")),
        tag("rect", x=x + 1, y=y + 1, width=_CELL - 2, height=_ROW - 2, rx=3, fill=RAMP[step]),
        tag(
            "text",
            percent(mean),
            x=x + _CELL / 2,
            y=y + _ROW / 2 + 5,
            class_="value",
            style=f"fill:{'#fff' if step < 5 else '#111'}",
        ),
    )
