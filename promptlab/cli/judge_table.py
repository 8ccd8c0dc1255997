"""What came of judging, in the terminal: what the judge is worth, and then what it found."""

from collections.abc import Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from promptlab.judge.said import NAMES, SHARES, figure, verdict, who
from promptlab.report.leaderboard import distinct
from promptlab.text.escaping import in_line


def show(content: Mapping[str, Any], console: Console) -> None:
    """Print the tables."""
    console.print(Text(in_line(who(content)), "bold"), soft_wrap=True)
    console.print(_measures(content))
    console.print(Text(f"• {in_line(verdict(content))}"), soft_wrap=True)
    graded = content["mode"] == "single"
    console.print(_graded(content) if graded else _compared(content))
    if not graded:
        console.print(_pairs(content))


def _table(*heads: str) -> Table:
    table = Table(box=SIMPLE_HEAD, collapse_padding=True, pad_edge=False)
    for number, head in enumerate(heads):
        left = number == 0 or head == "what it says"
        table.add_column(head, justify="left" if left else "right", overflow="fold")
    return table


def _add(table: Table, *cells: str) -> None:
    table.add_row(*(Text(in_line(cell)) for cell in cells))


def _measures(content: Mapping[str, Any]) -> Table:
    table = _table("the judge", "95 %", "what it says")
    for found in content["measures"]:
        told = figure(found, share=found["name"] in SHARES)
        _add(table, NAMES.get(found["name"], found["name"]), told, found["meaning"])
    return table


def _graded(content: Mapping[str, Any]) -> Table:
    runs = content["graded"]
    corrected = any(run["corrected"] for run in runs)
    heads = ["run", "mean grade, 95 %", "right by the judge", "accuracy"]
    table = _table(*heads[:3], *(["corrected by labels"] if corrected else []), heads[3])
    for run, name in zip(runs, distinct([run["name"] for run in runs]), strict=True):
        fixed = figure(run["corrected"], share=True) if run["corrected"] else "–"
        gold = "–" if run["gold"] is None else f"{100 * run['gold']:.1f} %"
        told = figure(run["grade"]), figure(run["right"], share=True)
        _add(table, name, *told, *([fixed] if corrected else []), gold)
    return table


def _compared(content: Mapping[str, Any]) -> Table:
    runs = content["compared"]
    table = _table("run", "strength, 95 %", "points")
    for run, name in zip(runs, distinct([run["name"] for run in runs]), strict=True):
        _add(table, name, figure(run["strength"]), f"{100 * run['points']:.1f} %")
    return table


def _pairs(content: Mapping[str, Any]) -> Table:
    names = [run["name"] for run in content["compared"]]
    short = dict(zip(names, distinct(names), strict=True))
    table = _table("two runs", "first better", "neither", "second better", "preference, 95 %")
    for pair in content["pairs"]:
        two = f"{short.get(pair['first'])} : {short.get(pair['second'])}"
        counts = (str(pair[key]) for key in ("won", "tied", "lost"))
        _add(table, two, *counts, figure(pair["preference"]))
    return table
