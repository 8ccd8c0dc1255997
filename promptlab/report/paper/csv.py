"""The table as CSV: a row for each cell, as scripts and spreadsheets read it."""

import csv
from io import StringIO
from math import isnan
from typing import Any

from promptlab.report.paper.paper_cell import Cell
from promptlab.report.paper.paper_table import PaperTable
from promptlab.report.spreadsheet import cell

HEADS = ("metric", "mean", "sd", "worst", "runs", "examples", "best", "together", "aside", "holm")


def write(table: PaperTable) -> str:
    """Write a table; scores are fractions of one, numbers have six digits.

    `together` says that a cell is not told apart from the best, and `holm` is the p-value of that;
    `aside`, that it answered other questions than most, and was not compared.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(cell, (*table.rows, *table.columns, *HEADS)))
    for line in table.lines:
        for head in table.heads:
            if (line, head) in table.cells:
                row = (*line, *head, table.metric, *_numbers(table.cells[line, head]))
                writer.writerow(map(cell, row))
    return text.getvalue()


def _numbers(of: Cell) -> tuple[Any, ...]:
    known = [None if isnan(each) else each for each in (of.mean, of.deviation, of.holm)]
    marks = (of.best, of.together, of.aside)
    return (*known[:2], of.worst, len(of.values), of.examples, *marks, known[2])
