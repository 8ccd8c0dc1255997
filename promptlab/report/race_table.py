"""A race to look at: who is still in, who was dropped and why."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from promptlab.analysis.racing.race import Watch
from promptlab.analysis.racing.record import drop_reason
from promptlab.report.leaderboard import distinct
from promptlab.text.escaping import in_line

STYLES = {"won": "bold", "tied": "bold", "dropped": "dim"}


@contextmanager
def live(console: Console) -> Iterator[Watch]:
    """Show the table while a race goes on, with a line for each variant that is dropped."""
    gone = 0
    with Live(console=console, transient=True, refresh_per_second=4) as display:

        def watch(record: Mapping[str, Any], asking: str) -> None:
            nonlocal gone
            names = _short(record)
            for drop in record["dropped"][gone:]:
                leader = {**drop, "leader": names[drop["leader"]]}
                line = f"{names[drop['name']]}: dropped after {drop['examples']} examples, "
                message = in_line(line + drop_reason(leader, record["alpha"]))
                console.print(Text(message), soft_wrap=True)
            gone = len(record["dropped"])
            display.update(Group(table(record), Text(in_line(_doing(record, asking)), style="dim")))

        yield watch


def table(record: Mapping[str, Any]) -> Table:
    """List the variants, best first: those still in, then the dropped, the last of them first.

    Args:
        record: What `race.json` holds.
    """
    grid = Table(title="Race", title_justify="left", caption=_caption(record))
    grid.add_column("variant", overflow="fold", min_width=16)
    for column in ("status", "examples", record["metric"], "behind", "e-value", "tokens"):
        grid.add_column(column, justify="right", no_wrap=True)
    names, drops = _short(record), {drop["name"]: drop for drop in record["dropped"]}
    known = {each["name"]: each for each in record["variants"]}
    for name in [*record["left"], *reversed(drops)]:
        cells = _cells(known[name], drops.get(name), known[record["left"][0]]["mean"])
        style = STYLES.get(known[name]["status"])
        grid.add_row(Text(in_line(names[name])), *cells, style=style)
    return grid


def _cells(each: Mapping[str, Any], drop: Mapping[str, Any] | None, best: Any) -> list[str]:
    if each["mean"] is None:
        return [each["status"], "0", "", "", "", "0"]
    behind = drop["difference"] if drop else best - each["mean"]
    e_value = "∞" if each["e_value"] is None else f"{each['e_value']:,.1f}"
    return [
        each["status"],
        str(each["examples"]),
        f"{100 * each['mean']:.1f}",
        f"{100 * behind:.1f}",
        e_value,
        f"{each['tokens']:,}",
    ]


def _caption(record: Mapping[str, Any]) -> str:
    return (
        f"{record['metric']} in %, on the examples answered; behind the leader of that time, in "
        f"points; dropped from an e-value of {1 / record['alpha']:g} on (alpha {record['alpha']:g})"
    )


def _doing(record: Mapping[str, Any], asking: str) -> str:
    answers, grid = record["cost"]["asked"]["answers"], record["cost"]["grid"]["answers"]
    decided = f"{record['answered']} of {record['examples']} examples decided"
    at = f"{decided}, {answers:,} of {grid:,} answers"
    return f"{at}; asking {_short(record)[asking]}" if asking else at


def _short(record: Mapping[str, Any]) -> dict[str, str]:
    names = [each["name"] for each in record["variants"]]
    return dict(zip(names, distinct(names), strict=True))
