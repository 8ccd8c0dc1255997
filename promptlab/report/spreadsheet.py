"""The ranking as CSV, for spreadsheets and scripts: one row for each variant of each data set."""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any

from promptlab.report.rows import rows
from promptlab.report.sweep import Sweep


def spreadsheet(sweeps: Sequence[Sweep]) -> str:
    """Write the ranking of every sweep; scores are fractions of one, numbers have six digits."""
    found = [
        {"dataset": sweep.title, "variant": name, **row}
        for sweep in sweeps
        for name, row in zip(sweep.names, rows(sweep), strict=True)
    ]
    heads = list(dict.fromkeys(head for row in found for head in row))
    text = StringIO()
    writer = csv.DictWriter(text, heads, lineterminator="\n")
    writer.writeheader()
    writer.writerows({head: _cell(value) for head, value in row.items()} for row in found)
    return text.getvalue()


def _cell(value: Any) -> Any:
    return f"{value:.6g}" if isinstance(value, float) else value
