"""The leaderboard: finished variants in a table, best first, with their intervals."""

from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from promptlab.analysis.dataset_names import dataset_names
from promptlab.report.number_format import money
from promptlab.report.rank import COST, Rank
from promptlab.text.escaping import in_line

DATASET, GROUP, MODEL, SEEDS = "data set", "group", "model", "± seeds"
IN = "tokens in"
ANSWERED = "of answered"
"""Accuracy of the answers that were given, where a strategy withheld some."""
_OF_ANSWERED = "accuracy_answered"
DEVIATION = "deviation"
"""The figure of a result that says how far its seeds lie apart, as a share of one."""
COLUMNS = (
    *(MODEL, "n", "accuracy", "95 % interval", ANSWERED, SEEDS, GROUP, "unparsed", "macro-F1"),
    *(IN, "out", COST, "seconds"),
)
SPARED = ("n", "macro-F1", "out", "seconds")
"""Columns for which a narrow terminal has no room; data sets are then rows."""
WIDE = 120
"""Columns of a terminal that has room for most."""
LEFT_OUT = ("macro-F1", "n", "seconds", "out", "unparsed", IN, COST, MODEL)
"""Columns that are left out, one after another, until all the others have room."""
NAME = 16
"""Least width of a variant's name, which goes on in the next line."""


def leaderboard(
    results: Sequence[Mapping[str, Any]],
    groups: Sequence[str] = (),
    width: int = WIDE,
    metric: str = "accuracy",
    by: Rank | None = None,
) -> Table:
    """Rank the contents of several `result.json`, each data set apart.

    A variant is named by the parts of its name that not all of them share.

    Args:
        results: One of each variant.
        groups: The significance letters of each; variants that share one cannot be told apart.
        width: Of the terminal, in columns; a narrow one is shown fewer columns.
        metric: The score that is shown with its interval.
        by: What ranks them, where that is not this score; it has a column of its own.
    """
    names = distinct([str(result["name"]) for result in results])
    datasets, letters = dataset_names(results), groups or [""] * len(results)
    ranked_by = by or Rank(metric)
    ranked = sorted(
        zip(datasets, names, results, letters, strict=True),
        key=lambda one: (one[0], ranked_by.key(one[2]), one[1]),
    )
    priced = any(COST in result["metrics"] for result in results)
    asked = {GROUP: any(groups), COST: priced, MODEL: len(_models(results)) > 1}
    asked |= {SEEDS: any(DEVIATION in result["metrics"] for result in results)}
    asked |= {ANSWERED: any(_OF_ANSWERED in result["metrics"] for result in results)}
    columns = [c for c in COLUMNS if asked.get(c, True) and (width >= WIDE or c not in SPARED)]
    several = len(set(datasets)) > 1
    if by is not None:
        columns = [by.name, *(column for column in columns if column != by.name)]
    columns = [DATASET, *columns] if several and width >= WIDE else columns
    rows = [
        _cells(result, metric)
        | {DATASET: in_line(dataset), GROUP: group}
        | ({by.name: by.shown(result)} if by else {})
        for dataset, _, result, group in ranked
    ]
    heads = {column: metric if column == "accuracy" else column for column in columns}
    columns = _fitting(heads, rows, width, by.name if by else "")
    table = _empty([heads[column] for column in columns], _caption(results, metric, by, asked))
    previous = None
    for (dataset, name, _, _), cells in zip(ranked, rows, strict=True):
        if several and previous != dataset:
            table.add_section()
            if DATASET not in columns:
                table.add_row(Text(in_line(dataset), "bold"))
        previous = dataset
        table.add_row(Text(in_line(name)), *(Text(cells[each]) for each in columns))
    return table


def _fitting(
    heads: Mapping[str, str], rows: Sequence[Mapping[str, str]], width: int, kept: str
) -> list[str]:
    """Leave out columns until the others have room, but for the one that is kept."""
    wide = {
        column: max(cell_len(cell) for cell in (head, *(row[column] for row in rows)))
        for column, head in heads.items()
    }
    shown = list(heads)
    for column in LEFT_OUT:
        # Beside its text, each column takes two spaces and a line.
        if sum(wide[each] + 3 for each in shown) + NAME + 4 <= width:
            break
        shown = [each for each in shown if each != column or each == kept]
    return shown


def _empty(columns: Sequence[str], caption: str) -> Table:
    table = Table(title="Leaderboard", title_justify="left", caption=Text(caption, "table.caption"))
    table.add_column("variant", overflow="fold", min_width=NAME)
    for column in columns:
        left = column in (DATASET, GROUP, MODEL)
        head = Text(in_line(column))
        table.add_column(head, justify="left" if left else "right", no_wrap=True)
    return table


def _cells(result: Mapping[str, Any], metric: str) -> dict[str, str]:
    metrics = result["metrics"]
    low, high = metrics.get(f"{metric}_low"), metrics.get(f"{metric}_high")
    return {
        MODEL: in_line(str(result["model"].get("name", ""))),
        SEEDS: _percent(metrics.get(DEVIATION)),
        "n": str(metrics["n"]),
        "accuracy": _percent(metrics.get(metric)),
        "95 % interval": f"{_percent(low)} – {_percent(high)}",
        ANSWERED: _percent(metrics.get(_OF_ANSWERED)),
        "unparsed": _percent(metrics.get("unparsed_rate")),
        "macro-F1": _percent(metrics.get("macro_f1")),
        IN: f"{metrics.get('prompt_tokens', 0):,}",
        "out": f"{metrics.get('completion_tokens', 0):,}",
        COST: money(metrics.get(COST, nan)),
        "seconds": f"{result['timings']['seconds']:.1f}",
    }


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def _caption(
    results: Sequence[Mapping[str, Any]], metric: str, by: Rank | None, asked: Mapping[str, bool]
) -> str:
    models = _models(results)
    letters = "; same letter: not told apart" if asked[GROUP] else ""
    letters += "; of seeds the means, and their standard deviation in points" * asked[SEEDS]
    first = f"; {'least' if by.less else 'most'} {in_line(by.name)} first" if by else ""
    intervals = "95 % intervals" if asked[SEEDS] else "Wilson intervals"
    return f"{in_line(', '.join(models))}; {metric} in %, {intervals}{letters}{first}"


def _models(results: Sequence[Mapping[str, Any]]) -> list[str]:
    return sorted({str(result["model"].get("name", "")) for result in results})


def distinct(names: Sequence[str]) -> list[str]:
    """Leave out of comma-parted names the parts that all of them share."""
    parts = [name.split(",") for name in names]
    shared = set(parts[0]).intersection(*parts) if len(parts) > 1 else set()
    kept = [",".join(part for part in named if part not in shared) for named in parts]
    return [short or name for short, name in zip(kept, names, strict=True)]
