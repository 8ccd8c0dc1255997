"""The leaderboard in the terminal: a table, plain sentences, and the same table as a picture."""

import re
from collections.abc import Sequence
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from promptlab.report.data.reading.outcome import KINDS
from promptlab.report.data.standings import Place, Standings
from promptlab.report.data.summary import summary
from promptlab.report.data.verdict import headline, reasons, verdict, winner_prompt
from promptlab.report.data.views.audit import READ
from promptlab.report.data.views.seeds import HEAD as SEEDS
from promptlab.report.data.views.seeds import deviation, over_seeds_sentence
from promptlab.report.number_format import UNKNOWN, count, interval, percent, points, pvalue
from promptlab.text.escaping import in_line, visible

SHOWN = 40
"""Variants shown; the files have all of them."""
LETTERED = 26
"""Variants up to which significance letters are shown."""
SENTENCES = 10
LINES = 16
"""Lines of the winner's prompt."""
UNREAD = "not parsed"
WIDE = 110
"""Columns of a terminal in which all outcomes have room."""
PICTURE = 132
"""Most columns of the picture."""


def show(sweep: Standings, console: Console) -> None:
    """Print a sweep: the verdict, the winner's prompt, then the figures."""
    conclude(sweep, console)
    console.print()
    console.print(ranking(sweep, wide=console.width >= WIDE))
    more = len(sweep.variants) - SHOWN
    if more > 0:
        console.print(f"… and {more} more", style="dim")
    seeds = [over_seeds_sentence(each) for each in sweep.variants[:SHOWN] if each.run.repeats]
    for sentence in (*seeds, *summary(sweep), *compared(sweep)):
        console.print(Text(f"• {in_line(sentence)}"))
    for judge in sweep.judges:
        console.print(Text(f"• {in_line('; '.join(judge.sentences[:2]))}"))
    for note in sweep.comparison.notes:
        console.print(noted(note))


def conclude(sweep: Standings, console: Console, most: int = LINES) -> None:
    """Print the verdict, and the winner's prompt with the first question.

    Args:
        sweep: What to conclude.
        console: Where to print.
        most: Lines of the prompt, as wide as the console.
    """
    found = verdict(sweep)
    console.print(Text(f"{in_line(sweep.title)}: {in_line(headline(found))}.", "bold"))
    for reason in reasons(found):
        console.print(Text(f"• {in_line(reason)}"))
    asked = winner_prompt(sweep)
    if asked:
        console.print(Text(f"The prompt of {in_line(sweep.names[0])}, with the first question:"))
        console.print(prompt_lines(asked, console, most))


def prompt_lines(text: str, console: Console, most: int = LINES) -> Text:
    """Return the first and the last lines of a prompt, wrapped to the console, a bar beside."""
    lines = list(Text(visible(text)).wrap(console, max(20, console.width - 2)))
    left_out = len(lines) - most
    if left_out > 0:
        half = most // 2
        cut = Text(f"… {left_out:,} lines left out …", "dim")
        lines = [*lines[:half], cut, *lines[len(lines) - (most - half) :]]
    bar = ("│ ", "dim")
    return Text("\n").join(Text.assemble(bar, line) for line in lines)


def ranking(sweep: Standings, *, wide: bool = True) -> Table:
    """Return the table, best first; a narrow one adds up why answers were not read."""
    places = sweep.ranking[:SHOWN]
    lettered = sweep.lettered(LETTERED)
    kinds = [k.name for k in KINDS[1:] if any(k.name in place.kinds for place in places)]
    kinds = kinds if wide else [UNREAD]
    table = Table(
        title=Text(_title(sweep), "table.title"),
        title_justify="left",
        caption=_caption(lettered=lettered, seeds=sweep.repeated),
        caption_justify="left",
        box=SIMPLE_HEAD,
        collapse_padding=True,
        pad_edge=False,
    )
    table.add_column("#", justify="right")
    table.add_column("variant", overflow="fold", min_width=14)
    several, seeds = len(sweep.models) > 1, sweep.repeated
    if several:
        table.add_column("model", overflow="fold", min_width=8)
    heads = [f"{in_line(sweep.comparison.metric)} %", "95 %", *([SEEDS] if seeds else [])]
    heads += ["group"] if lettered else []
    heads += ["behind", "p, Holm"] if wide else []
    for head in (*heads, *kinds, "tokens", "◆"):
        table.add_column(Text(head), justify="left" if head == "group" else "right", no_wrap=True)
    for place in places:
        table.add_row(
            *_score(place, sweep.comparison.baseline, several=several),
            *([deviation(place.variant)] if seeds else []),
            *([place.variant.letters] if lettered else []),
            *(_behind(place) if wide else []),
            *(f"{_count(place, kind):,}" for kind in kinds),
            count(place.cost.tokens),
            "◆" if place.pareto else "",
        )
    return table


def compared(sweep: Standings, most: int = SENTENCES) -> list[str]:
    """Say the comparisons with the baseline where one is named, else with the best."""
    planned = [pair.sentence for pair in sweep.comparison.against_baseline]
    sentences = planned or [pair.sentence for pair in sweep.comparison.against_best]
    return sentences[:most]


def noted(note: str) -> Text:
    """Write a note."""
    return Text.assemble(("note: ", "yellow"), in_line(note))


def svg(sweeps: Sequence[Standings]) -> str:
    """Draw the tables as an SVG, for a README."""
    console = Console(record=True, width=PICTURE, file=StringIO(), highlight=False)
    tables = [ranking(sweep) for sweep in sweeps]
    console.width = max((console.measure(table).maximum for table in tables), default=PICTURE)
    for number, table in enumerate(tables):
        console.line(1 if number else 0)
        console.print(table)
    # The same sweep gives the same picture, and no font is fetched for it.
    picture = console.export_svg(title="promptlab report", unique_id="leaderboard")
    return re.sub(r"@font-face \{.*?\}", "", picture, flags=re.DOTALL)


def _title(sweep: Standings) -> str:
    return f"{in_line(sweep.title)}: {len(sweep.items):,} examples"


def _caption(*, lettered: bool, seeds: bool) -> str:
    letters = "same letter: not told apart; " if lettered else ""
    letters += f"{SEEDS}: standard deviation, points; " if seeds else ""
    return f"{letters}behind: points from the best, paired; ◆ Pareto: tokens for an answer"


def _score(place: Place, baseline: str, *, several: bool) -> list[str | Text]:
    variant = place.variant
    mark = " (baseline)" if place.name == baseline else ""
    return [
        str(place.rank),
        Text.assemble(in_line(place.name), (mark, "dim")),
        *([Text(in_line(place.model or UNKNOWN))] if several else []),
        Text(percent(variant.mean), "bold"),
        interval(variant.low, variant.high),
    ]


def _behind(place: Place) -> list[str]:
    pair = place.behind
    return [points(-pair.found.difference), pvalue(pair.holm)] if pair else [UNKNOWN, UNKNOWN]


def _count(place: Place, kind: str) -> int:
    if kind == UNREAD:
        return sum(n for each, n in place.kinds.items() if each not in READ)
    return place.kinds.get(kind, 0)
