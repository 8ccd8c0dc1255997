"""The per-example matrix as a picture of one pixel a cell, however many cells there are."""

import json
from collections.abc import Mapping
from typing import Any

from promptlab.escaping import visible
from promptlab.report.data.example_matrix import Matrix
from promptlab.report.data.outcome import KINDS, NAMES
from promptlab.report.data.side_by_side import end_cut
from promptlab.report.data.sweep import Sweep
from promptlab.report.figures.forest import shortened
from promptlab.report.figures.png import data_uri, png
from promptlab.report.html.markup import Markup, joined, tag
from promptlab.report.html.tables import dot

_WIDE = 1000
"""Pixels of the page that the picture takes at most, if each cell has at least one."""
_TOLD = 2_000
"""Examples up to which their questions are told on hovering."""


def matrix_view(sweep: Sweep, matrix: Matrix) -> Markup:
    """Draw a matrix, with what hovering needs to tell a cell."""
    columns, rows = len(matrix.examples), len(matrix.variants)
    width = max(1, min(16, _WIDE // columns)) * columns
    height = max(3, min(22, 700 // rows))
    picture = tag(
        "img",
        src=data_uri(_picture(matrix)),
        alt=f"{rows} variants by {columns} examples",
        width=width,
        height=height * rows,
        class_="cells",
    )
    labels = tag(
        "div",
        [tag("div", shortened(name, 40), title=name) for name in matrix.variants],
        class_="rows",
        style=f"--row:{height}px",
    )
    return tag(
        "figure",
        _legend(matrix),
        tag("div", labels if height >= 12 else None, picture, class_="matrix"),
        tag("output", "Point at a cell to see what it is.", class_="told"),
        data_script("matrix-data", _told(sweep, matrix)),
        class_="matrix-figure",
    )


def data_script(kind: str, data: Any) -> Markup:
    """Write data that scripts of the page read; nothing in it can end the element."""
    text = json.dumps(_visible(data), ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("<", "\\u003c")
    return Markup(f'<script type="application/json" class="{kind}">{safe}</script>')


def _visible(data: Any) -> Any:
    if isinstance(data, str):
        return visible(data)
    if isinstance(data, Mapping):
        return {key: _visible(value) for key, value in data.items()}
    return [_visible(each) for each in data] if isinstance(data, (list, tuple)) else data


def _picture(matrix: Matrix) -> bytes:
    numbers = {name: number for number, name in enumerate(NAMES)}
    rows = [bytes(numbers.get(kind, len(NAMES)) for kind in row) for row in matrix.kinds]
    return png(rows, [kind.colour for kind in KINDS])


def _legend(matrix: Matrix) -> Markup:
    occur = {kind for row in matrix.kinds for kind in row}
    marks = [
        tag("span", dot(kind.name), kind.name, title=kind.meaning)
        for kind in KINDS
        if kind.name in occur
    ]
    return tag("figcaption", joined(marks), class_="legend")


def _told(sweep: Sweep, matrix: Matrix) -> dict[str, object]:
    brief = len(matrix.examples) > _TOLD
    return {
        "variants": list(matrix.variants),
        "kinds": [[kind.name, kind.colour] for kind in KINDS],
        "examples": [
            [asked.id, "" if brief else end_cut(sweep.items[asked].question, 110)]
            for asked in matrix.examples
        ],
    }
