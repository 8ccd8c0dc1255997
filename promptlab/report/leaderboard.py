"""The leaderboard: finished variants in a table, best first, with their intervals."""

from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

from rich.table import Table
from rich.text import Text

from promptlab.analysis.dataset_names import dataset_names
from promptlab.escaping import in_line
from promptlab.report.number_format import money

DATASET, GROUP, COST = "data set", "group", "cost"
COLUMNS = (
    *("n", "accuracy", "95 % interval", GROUP, "unparsed", "macro-F1"),
    *("tokens in", "out", COST, "seconds"),
)
SPARED = ("n", "macro-F1", "out", "seconds")
"""Columns for which a narrow terminal has no room; data sets are then rows."""
WIDE = 120
"""Columns of a terminal that has room for all."""


def leaderboard(
    results: Sequence[Mapping[str, Any]],
    groups: Sequence[str] = (),
    width: int = WIDE,
    metric: str = "accuracy",
) -> Table:
    """Rank the contents of several `result.json`, each data set apart.

    A variant is named by the parts of its name that not all of them share.

    Args:
        results: One of each variant.
        groups: The significance letters of each; variants that share one cannot be told apart.
        width: Of the terminal, in columns; a narrow one is shown fewer columns.
        metric: The score that ranks them.
    """
    names = distinct([str(result["name"]) for result in results])
    datasets, letters = dataset_names(results), groups or [""] * len(results)
    ranked = sorted(
        zip(datasets, names, results, letters, strict=True),
        key=lambda one: (one[0], _rank(one[2], metric), one[1]),
    )
    priced = any(COST in result["metrics"] for result in results)
    asked = {GROUP: bool(groups), COST: priced}
    columns = [c for c in COLUMNS if asked.get(c, True) and (width >= WIDE or c not in SPARED)]
    several = len(set(datasets)) > 1
    columns = [DATASET, *columns] if several and width >= WIDE else columns
    heads = [metric if column == "accuracy" else column for column in columns]
    table = _empty(heads, _caption(results, metric, lettered=bool(groups)))
    previous = None
    for dataset, name, result, group in ranked:
        told = Text(in_line(dataset))
        if several and previous != dataset:
            table.add_section()
            if DATASET not in columns:
                table.add_row(Text(told.plain, "bold"))
        previous = dataset
        cells = _cells(result, metric) | {DATASET: told, GROUP: group}
        table.add_row(Text(in_line(name)), *(cells[each] for each in columns))
    return table


def _empty(columns: Sequence[str], caption: str) -> Table:
    table = Table(title="Leaderboard", title_justify="left", caption=Text(caption, "table.caption"))
    table.add_column("variant", overflow="fold", min_width=16)
    for column in columns:
        left = column in (DATASET, GROUP)
        table.add_column(column, justify="left" if left else "right", no_wrap=True)
    return table


def _rank(result: Mapping[str, Any], metric: str) -> float:
    return -float(result["metrics"].get(metric, 0.0))


def _cells(result: Mapping[str, Any], metric: str) -> dict[str, str | Text]:
    metrics = result["metrics"]
    low, high = metrics.get(f"{metric}_low"), metrics.get(f"{metric}_high")
    return {
        "n": str(metrics["n"]),
        "accuracy": _percent(metrics.get(metric)),
        "95 % interval": f"{_percent(low)} – {_percent(high)}",
        "unparsed": _percent(metrics.get("unparsed_rate")),
        "macro-F1": _percent(metrics.get("macro_f1")),
        "tokens in": f"{metrics.get('prompt_tokens', 0):,}",
        "out": f"{metrics.get('completion_tokens', 0):,}",
        COST: money(metrics.get(COST, nan)),
        "seconds": f"{result['timings']['seconds']:.1f}",
    }


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def _caption(results: Sequence[Mapping[str, Any]], metric: str, *, lettered: bool) -> str:
    models = sorted({str(result["model"].get("name", "")) for result in results})
    letters = "; same letter: not told apart" if lettered else ""
    return f"{in_line(', '.join(models))}; {metric} in %, Wilson intervals{letters}"


def distinct(names: Sequence[str]) -> list[str]:
    """Leave out of comma-parted names the parts that all of them share."""
    parts = [name.split(",") for name in names]
    shared = set(parts[0]).intersection(*parts) if len(parts) > 1 else set()
    kept = [",".join(part for part in named if part not in shared) for named in parts]
    return [short or name for short, name in zip(kept, names, strict=True)]
