"""What a table for a paper says, whatever it is written in."""

from dataclasses import dataclass
from math import isnan

from promptlab.report.number_format import percent
from promptlab.report.paper.paper_cell import ALPHA
from promptlab.report.paper.paper_table import SEED, PaperTable, Where


@dataclass(frozen=True)
class Look:
    """How a cell is written.

    Attributes:
        plus_minus: Between a mean and its deviation.
        bold: Around the best, at `{}`.
        sign: Marks what is not told apart from the best.
        aside: Marks what answered other questions, and was not compared.
        missing: A cell without a run.
    """

    plus_minus: str
    bold: str
    sign: str
    aside: str
    missing: str


def cell_words(table: PaperTable, where: Where, look: Look) -> str:
    """Write a cell: `61.2 ± 1.3 (2) †`, with its runs in brackets where most cells have others.

    Where the table has it, the lowest run stands behind the deviation: `61.2 ± 1.3, 59.8`.
    """
    cell = table.cells.get(where)
    if cell is None:
        return look.missing
    text = percent(cell.mean)
    if not isnan(cell.deviation):
        text = f"{text} {look.plus_minus} {percent(cell.deviation)}"
        if table.worst:
            text = f"{text}, {percent(cell.worst)}"
    if cell.best:
        text = look.bold.replace("{}", text)
    runs = len(cell.values)
    if runs != usual_runs(table):
        text = f"{text} ({runs})"
    return text + look.sign * cell.together + look.aside * cell.aside


def usual_runs(table: PaperTable) -> int:
    """Return how many runs most cells are of."""
    counts = [len(cell.values) for cell in table.cells.values()]
    return max(counts, key=lambda each: (counts.count(each), each))


def runs_words(table: PaperTable) -> str:
    """Say what the numbers are, and of how many runs."""
    usual, what = usual_runs(table), "seed" if table.over == (SEED,) else "run"
    differ = len({len(cell.values) for cell in table.cells.values()}) > 1
    several = f"mean ± standard deviation{', and the lowest,' if table.worst else ''} over"
    if usual > 1:
        others = ", or as many as stand in brackets" if differ else ""
        return f"{table.metric} in %: {several} {usual} {what}s{others}."
    others = f", or {several} as many as stand in brackets" if differ else ""
    return f"{table.metric} in %, of one {what}{others}."


def is_contested(table: PaperTable) -> bool:
    """Say whether anything was compared."""
    return any(cell.best for cell in table.cells.values())


def best_words(table: PaperTable) -> str:
    """Say what is bold."""
    return f"the best of its {_part(table)}."


def together_words(table: PaperTable) -> str:
    """Say what the sign means."""
    several = any(len(cell.values) > 1 for cell in table.cells.values())
    means = "by each example's mean over its runs" if several else "example by example"
    return (
        f"not told apart from the best (compared {means}; p ≥ {ALPHA} after Holm over all pairs "
        f"of the {_part(table)})."
    )


def aside_words(table: PaperTable) -> str:
    """Say what the sign of those that are not compared means; nothing where there is none."""
    if not any(cell.aside for cell in table.cells.values()):
        return ""
    return (
        f"of other questions than most of the {_part(table)}, or of a part of them; not compared."
    )


def _part(table: PaperTable) -> str:
    return "row" if table.by_row else "column"
