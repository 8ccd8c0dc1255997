"""The table as LaTeX, with the rules of booktabs."""

from collections.abc import Sequence

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
from promptlab.text.escaping import in_latex

LOOK = Look(
    plus_minus=r"$\pm$",
    bold=r"\textbf{{}}",
    sign=r"$^{\dagger}$",
    aside=r"$^{\ddagger}$",
    missing="--",
)


def write(table: PaperTable) -> str:
    """Write a table, and under it what its signs mean; it needs `booktabs` and nothing else."""
    heads = [*table.rows, *(", ".join(head) for head in table.heads)]
    body = [
        [*map(in_latex, line), *(cell_words(table, (line, head), LOOK) for head in table.heads)]
        for line in table.lines
    ]
    lines = [
        r"% \usepackage{booktabs}",
        rf"\begin{{tabular}}{{{'l' * len(table.rows)}{'r' * len(table.heads)}}}",
        r"\toprule",
        _line([*map(in_latex, heads)]),
        r"\midrule",
        *map(_line, body),
        r"\bottomrule",
        r"\end{tabular}",
        rf"\par\smallskip{{\footnotesize {_note(table)}\par}}",
    ]
    return "\n".join(lines) + "\n"


def _note(table: PaperTable) -> str:
    words = _with_signs(runs_words(table))
    aside = _with_signs(aside_words(table))
    if is_contested(table):
        together = _with_signs(together_words(table))
        words = rf"{words} \textbf{{Bold}}: {best_words(table)} {LOOK.sign}: {together}"
    return f"{words} {LOOK.aside}: {aside}" if aside else words


def _with_signs(words: str) -> str:
    """Write the signs that not every font has as formulas."""
    return in_latex(words).replace("±", r"$\pm$").replace("≥", r"$\geq$")


def _line(cells: Sequence[str]) -> str:
    return rf"{' & '.join(cells)} \\"
