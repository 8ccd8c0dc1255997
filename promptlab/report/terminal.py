"""The leaderboard in the terminal: a table, plain sentences, and the same table as a picture."""

from collections.abc import Sequence
from io import StringIO

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from promptlab.report.outcome import KINDS
from promptlab.report.summary import summary
from promptlab.report.sweep import Place, Sweep
from promptlab.report.words import UNKNOWN, count, interval, percent, points, pvalue, seconds

SHOWN = 40
"""Variants shown; the files have all of them."""
LETTERED = 26
"""Variants up to which significance letters are shown."""
SENTENCES = 10
PICTURE = 132
"""Columns of the picture."""


def show(sweep: Sweep, console: Console) -> None:
    """Print a sweep."""
    console.print(ranking(sweep))
    more = len(sweep.variants) - SHOWN
    if more > 0:
        console.print(f"… and {more} more", style="dim")
    for sentence in (*summary(sweep)[1:], *_sentences(sweep)):
        console.print(f"• {escape(sentence)}")
    for note in sweep.comparison.notes:
        console.print(f"[yellow]left out[/] {escape(note)}")


def ranking(sweep: Sweep) -> Table:
    """Return the table, best first."""
    places = sweep.ranking[:SHOWN]
    lettered = len(sweep.variants) <= LETTERED
    kinds = [k.name for k in KINDS if any(k.name in place.kinds for place in places)]
    table = Table(title=_title(sweep), title_justify="left", caption=_caption(lettered=lettered))
    table.add_column("#", justify="right")
    table.add_column("variant", overflow="fold", min_width=14)
    heads = [f"{sweep.comparison.metric} %", "95 % interval", *(["group"] if lettered else [])]
    for head in (*heads, "behind", "p (Holm)", *kinds, "tokens", "calls", "time", "◆"):
        table.add_column(head, justify="left" if head == "group" else "right")
    for place in places:
        table.add_row(*_cells(place, kinds, sweep.comparison.baseline, lettered=lettered))
    return table


def svg(sweeps: Sequence[Sweep]) -> str:
    """Draw the tables as an SVG, for a README."""
    console = Console(record=True, width=PICTURE, file=StringIO(), highlight=False)
    for sweep in sweeps:
        console.print(ranking(sweep))
    # The same sweep gives the same picture.
    return console.export_svg(title="promptlab report", unique_id="promptlab-leaderboard")


def _title(sweep: Sweep) -> str:
    return f"{escape(sweep.title)}: {len(sweep.items):,} examples"


def _caption(*, lettered: bool) -> str:
    letters = "same letter: not told apart; " if lettered else ""
    return f"{letters}behind: points from the best, paired; ◆ Pareto: tokens for an answer"


def _sentences(sweep: Sweep) -> list[str]:
    """Return the comparisons with the baseline where one is named, else with the best."""
    planned = [pair.sentence for pair in sweep.comparison.against_baseline]
    said = planned or [pair.sentence for pair in sweep.comparison.against_best]
    return said[:SENTENCES]


def _cells(place: Place, kinds: Sequence[str], baseline: str, *, lettered: bool) -> list[str]:
    variant, pair = place.variant, place.behind
    mark = " [dim](baseline)[/]" if place.name == baseline else ""
    return [
        str(place.rank),
        escape(place.name) + mark,
        f"[bold]{percent(variant.mean)}[/]",
        interval(variant.low, variant.high),
        *([variant.letters] if lettered else []),
        points(-pair.found.difference) if pair else UNKNOWN,
        pvalue(pair.holm) if pair else UNKNOWN,
        *(f"{place.kinds.get(kind, 0):,}" for kind in kinds),
        count(place.cost.tokens),
        count(place.cost.calls),
        seconds(place.cost.seconds),
        "◆" if place.pareto else "",
    ]
