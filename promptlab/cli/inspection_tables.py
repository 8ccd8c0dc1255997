"""What `inspect` found, as tables for a terminal, and the shares of the labels as CSV."""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from promptlab.analysis.inspection.chosen import Chosen
from promptlab.analysis.inspection.label_shares import LabelShares
from promptlab.analysis.inspection.measures import MEASURES, overlap
from promptlab.report.spreadsheet import cell
from promptlab.text.escaping import in_line

SHARES = ("shown", "labels_apart", "label_entropy", "vote")
"""Measures that are shares of one, in per cent."""
LABELS = 20
"""Labels that a terminal lists."""


def show(console: Console, tables: Sequence[Table | Text]) -> None:
    """Print the tables that have rows, and what is said of them."""
    for table in tables:
        if isinstance(table, Text):
            console.print(table, soft_wrap=True)
        elif table.row_count:
            console.print(table)


def measures_table(found: Mapping[str, Mapping[str, float]], questions: int) -> Table:
    """Show the measures of each selection, and of how many of the questions they are means."""
    table = Table(title="what is chosen", box=None, title_justify="left")
    names = [name for name in MEASURES if any(name in each for each in found.values())]
    table.add_column("selection")
    for name in names:
        table.add_column(f"{name} %" if name in SHARES else name, justify="right")
    for selection, each in found.items():
        cells = [_number(name, each.get(name), questions) for name in names]
        table.add_row(Text(in_line(selection)), *cells)
    return table


def _number(name: str, value: float | None, questions: int) -> str:
    if value is None:
        return "–"
    if name == "asked":
        return f"{value:.0f} of {questions}"
    if name in SHARES:
        return f"{100 * value:.1f}"
    return f"{value:.0f}" if name == "tokens" else f"{value:.3f}"


def labels_table(shares: LabelShares) -> list[Table | Text]:
    """Show the shares of the labels: in the pool, in the test, and among what is shown."""
    table = Table(title="labels, %", box=None, title_justify="left")
    table.add_column("label")
    for name in shares.heads:
        table.add_column(Text(in_line(name)), justify="right")
    for label in list(shares.rows)[:LABELS]:
        table.add_row(Text(in_line(label)), *(f"{100 * each:.1f}" for each in shares.rows[label]))
    return [table, *map(Text, _said(shares))]


def _said(shares: LabelShares) -> list[str]:
    """Say what is not listed, and which labels the pool has no example of."""
    more, missing = len(shares.rows) - LABELS, shares.missing
    said = [f"and {more} labels more: --labels labels.csv writes all"] if more > 0 else []
    if missing and shares.rows:
        names = ", ".join(map(in_line, missing[:LABELS])) + ", …" * (len(missing) > LABELS)
        said.append(f"without an example in the pool: {names}")
    return said


def overlap_table(every: Sequence[Chosen]) -> Table:
    """Show how much two selections choose the same."""
    table = Table(title="alike, %", box=None, title_justify="left")
    if len(every) < 2:
        return table
    for name in ("", *(each.name for each in every)):
        table.add_column(Text(in_line(name)), justify="right" if name else "left")
    for one in every:
        cells = (f"{100 * overlap(one, other):.1f}" for other in every)
        table.add_row(Text(in_line(one.name)), *cells)
    return table


def rows(shares: LabelShares) -> list[dict[str, str | float]]:
    """Return a row for each label: its name, and its shares."""
    heads = [in_line(head) for head in shares.heads]
    return [
        {"label": in_line(label), **dict(zip(heads, each, strict=True))}
        for label, each in shares.rows.items()
    ]


def as_csv(shares: LabelShares) -> str:
    """Write the shares of all labels, 0 to 1, a row each."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(cell, ("label", *shares.heads)))
    writer.writerows(map(cell, (label, *each)) for label, each in shares.rows.items())
    return text.getvalue()
