"""The table as Markdown."""

from collections.abc import Sequence

from promptlab.report.number_format import UNKNOWN
from promptlab.report.paper.paper_table import PaperTable
from promptlab.report.paper.words import (
    Look,
    aside_words,
    best_words,
    cell_words,
    is_contested,
    runs_words,
    together_words,
)
from promptlab.text.escaping import in_markdown

LOOK = Look(plus_minus="±", bold="**{}**", sign=" †", aside=" ‡", missing=UNKNOWN)


def write(table: PaperTable) -> str:
    """Write a table, and under it what its signs mean."""
    heads = [*table.rows, *(", ".join(head) for head in table.heads)]
    rule = ["---"] * len(table.rows) + ["---:"] * len(table.heads)
    body = [
        [
            *map(in_markdown, line),
            *(cell_words(table, (line, head), LOOK) for head in table.heads),
        ]
        for line in table.lines
    ]
    lines = map(_line, [[*map(in_markdown, heads)], rule, *body])
    return "\n".join(lines) + f"\n\n{_note(table)}\n"


def _note(table: PaperTable) -> str:
    words = in_markdown(runs_words(table))
    aside = aside_words(table)
    if is_contested(table):
        words = f"{words} **Bold**: {best_words(table)}{LOOK.sign}: {together_words(table)}"
    return f"{words}{LOOK.aside}: {aside}" if aside else words


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
