"""The leaderboard: finished variants in a table, best first, with their intervals."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table


def leaderboard(results: Sequence[Mapping[str, Any]]) -> Table:
    """Rank the contents of several `result.json`, each data set apart.

    A variant is named by the parts of its name that not all of them share.
    """
    names = distinct([str(result["name"]) for result in results])
    ranked = sorted(zip(names, results, strict=True), key=lambda named: _rank(named[1]))
    several = len({result["dataset"] for result in results}) > 1
    table = Table(title="Leaderboard", title_justify="left", caption=_caption(results))
    table.add_column("variant", overflow="fold", min_width=16)
    for column in (["data set"] if several else []) + list(COLUMNS):
        left = column == "data set"
        table.add_column(column, justify="left" if left else "right", no_wrap=True)
    previous = None
    for name, result in ranked:
        if several and previous not in (None, result["dataset"]):
            table.add_section()
        previous = result["dataset"]
        table.add_row(name, *([previous] if several else []), *_cells(result))
    return table


COLUMNS = ("n", "accuracy", "95 % interval", "unparsed", "macro-F1", "tokens in", "out", "seconds")


def _rank(result: Mapping[str, Any]) -> tuple[str, float]:
    return str(result["dataset"]), -result["metrics"].get("accuracy", 0.0)


def _cells(result: Mapping[str, Any]) -> list[str]:
    metrics = result["metrics"]
    low, high = metrics.get("accuracy_low"), metrics.get("accuracy_high")
    return [
        str(metrics["n"]),
        _percent(metrics.get("accuracy")),
        f"{_percent(low)} – {_percent(high)}",
        _percent(metrics.get("unparsed_rate")),
        _percent(metrics.get("macro_f1")),
        f"{metrics.get('prompt_tokens', 0):,}",
        f"{metrics.get('completion_tokens', 0):,}",
        f"{result['timings']['seconds']:.1f}",
    ]


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def _caption(results: Sequence[Mapping[str, Any]]) -> str:
    models = sorted({str(result["model"].get("name", "")) for result in results})
    return f"{', '.join(models)}; accuracy in %, Wilson intervals"


def distinct(names: Sequence[str]) -> list[str]:
    """Leave out of comma-parted names the parts that all of them share."""
    parts = [name.split(",") for name in names]
    shared = set(parts[0]).intersection(*parts) if len(parts) > 1 else set()
    kept = [",".join(part for part in named if part not in shared) for named in parts]
    return [short or name for short, name in zip(kept, names, strict=True)]
