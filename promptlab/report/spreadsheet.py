"""The ranking as CSV, for spreadsheets and scripts: one row for each variant of each data set."""

import csv
import re
from collections.abc import Sequence
from io import StringIO
from typing import Any

from promptlab.report.data.ranking import rows
from promptlab.report.data.standings import Standings
from promptlab.text.escaping import in_line

FORMULA = tuple("=+-@＝＋－＠")
"""What a spreadsheet takes a cell that begins so for; full width where its language has such."""
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)


def spreadsheet(sweeps: Sequence[Standings]) -> str:
    """Write the ranking of every sweep; scores are fractions of one, numbers have six digits."""
    lines = [
        {"dataset": sweep.title, "variant": name, **row}
        for sweep in sweeps
        for name, row in zip(sweep.names, rows(sweep), strict=True)
    ]
    heads = list(dict.fromkeys(head for row in lines for head in row))
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(cell, heads))
    writer.writerows([cell(row.get(head)) for head in heads] for row in lines)
    return text.getvalue()


def cell(value: Any) -> Any:
    """Write a value so that a spreadsheet shows it and reckons nothing."""
    if isinstance(value, float):
        return f"{value:.6g}"
    return _inert(in_line(value)) if isinstance(value, str) else value


def _inert(text: str) -> str:
    """Mark a text that a spreadsheet would reckon as the text that it is; numbers stay numbers."""
    return f"'{text}" if text.startswith(FORMULA) and not _NUMBER.fullmatch(text) else text
