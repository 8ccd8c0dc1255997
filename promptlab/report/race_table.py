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
from promptlab.escaping import in_line
from promptlab.report.leaderboard import distinct

STYLES = {"won": "bold", "tied": "bold", "dropped": "dim"}


@contextmanager
def live(console: Console) -> Iterator[Watch]:
    """Show the table while a race goes on, with a line for each variant that is dropped."""
    gone = 0
    with Live(console=console, transient=True, refresh_per_second=4) as shown:

        def watch(told: Mapping[str, Any], asking: str) -> None:
            nonlocal gone
            names = _short(told)
            for drop in told["dropped"][gone:]:
                leader = {**drop, "leader": names[drop["leader"]]}
                line = f"{names[drop['name']]}: dropped after {drop['examples']} examples, "
                said = in_line(line + drop_reason(leader, told["alpha"]))
                console.print(Text(said), soft_wrap=True)
            gone = len(told["dropped"])
            shown.update(Group(table(told), Text(in_line(_doing(told, asking)), style="dim")))

        yield watch


def table(told: Mapping[str, Any]) -> Table:
    """List the variants, best first: those still in, then the dropped, the last of them first.

    Args:
        told: What `race.json` holds.
    """
    drawn = Table(title="Race", title_justify="left", caption=_caption(told))
    drawn.add_column("variant", overflow="fold", min_width=16)
    for column in ("status", "examples", told["metric"], "behind", "e-value", "tokens"):
        drawn.add_column(column, justify="right", no_wrap=True)
    names, drops = _short(told), {drop["name"]: drop for drop in told["dropped"]}
    known = {each["name"]: each for each in told["variants"]}
    for name in [*told["left"], *reversed(drops)]:
        cells = _cells(known[name], drops.get(name), known[told["left"][0]]["mean"])
        style = STYLES.get(known[name]["status"])
        drawn.add_row(Text(in_line(names[name])), *cells, style=style)
    return drawn


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


def _caption(told: Mapping[str, Any]) -> str:
    return (
        f"{told['metric']} in %, on the examples answered; behind the leader of that time, in "
        f"points; dropped from an e-value of {1 / told['alpha']:g} on (alpha {told['alpha']:g})"
    )


def _doing(told: Mapping[str, Any], asking: str) -> str:
    asked, grid = told["cost"]["asked"]["answers"], told["cost"]["grid"]["answers"]
    at = f"{told['answered']} of {told['examples']} examples decided, {asked:,} of {grid:,} answers"
    return f"{at}; asking {_short(told)[asking]}" if asking else at


def _short(told: Mapping[str, Any]) -> dict[str, str]:
    names = [each["name"] for each in told["variants"]]
    return dict(zip(names, distinct(names), strict=True))
