"""The per-example matrix as a picture of one pixel a cell, however many cells there are."""

from base64 import b64encode
from dataclasses import dataclass

from promptlab.report.data.reading.outcome import KINDS
from promptlab.report.data.standings import Standings
from promptlab.report.data.views.example_matrix import Matrix
from promptlab.report.data.views.side_by_side import end_cut
from promptlab.report.figures.matrix import picture, png

_WIDE, _HIGH = 1000, 700
"""Pixels of the page that the picture takes at most, if each cell has at least one."""
_TOLD = 2_000
"""Examples up to which their questions are told on hovering."""


@dataclass(frozen=True)
class Cells:
    """The picture of a matrix on a page.

    Attributes:
        matrix: What it shows.
        source: The picture, as an address that holds it.
        width: Pixels of the page.
        row: The height of a row, in pixels of the page.
        told: What hovering needs to tell a cell.
    """

    matrix: Matrix
    source: str
    width: int
    row: int
    told: dict[str, object]


def cells(sweep: Standings, matrix: Matrix) -> Cells:
    """Draw a matrix."""
    columns, rows = len(matrix.examples), len(matrix.variants)
    return Cells(
        matrix,
        "data:image/png;base64," + b64encode(png(picture(matrix))).decode(),
        width=max(1, min(16, _WIDE // columns)) * columns,
        row=max(3, min(22, _HIGH // rows)),
        told=_told(sweep, matrix),
    )


def _told(sweep: Standings, matrix: Matrix) -> dict[str, object]:
    brief = len(matrix.examples) > _TOLD
    return {
        "variants": list(matrix.variants),
        "kinds": [[kind.name, kind.colour] for kind in KINDS],
        "examples": [
            [question.id, "" if brief else end_cut(sweep.items[question].question, 110)]
            for question in matrix.examples
        ],
    }
