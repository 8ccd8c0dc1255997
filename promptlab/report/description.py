"""The description of a sweep on its page in MLflow: the ranking, and what it tells in words."""

from collections.abc import Iterator, Sequence

from promptlab.report.data.standings import Place, Standings
from promptlab.report.data.summary import summary
from promptlab.report.data.verdict import headline, reasons, verdict
from promptlab.report.number_format import (
    UNKNOWN,
    capital,
    count,
    interval,
    percent,
    points,
    pvalue,
)
from promptlab.report.terminal import LETTERED, compared
from promptlab.text.escaping import code, fenced, in_markdown

LONGEST = 7_500
"""Characters; MLflow cuts a description at 8,000."""
ROWS, SENTENCES = 40, 6
"""Variants, comparisons and notes told of each data set, where there is room."""


def description(sweeps: Sequence[Standings], name: str, command: str = "") -> str:
    """Describe a sweep in Markdown, as much of it as MLflow keeps.

    Args:
        sweeps: The variants, those of each data set apart.
        name: The sweep's tag.
        command: The command line that ran it.
    """
    rows = ROWS
    while len(text := _text(sweeps, name, command, rows)) > LONGEST and rows > 1:
        rows //= 2
    return text[:LONGEST]


def _text(sweeps: Sequence[Standings], name: str, command: str, rows: int) -> str:
    parts = [part for sweep in sweeps for part in _parts(sweep, rows)]
    filter_text = code(f"tags.sweep = '{name}' and tags.kind = 'variant'")
    parts.append(f"The variants: {filter_text}. The page with every example is the artifact ")
    parts[-1] += "`report.html`; the figures are beside it."
    parts.append(fenced(command, "sh") if command else "")
    return "\n\n".join(filter(None, parts))


def _parts(sweep: Standings, rows: int) -> Iterator[str]:
    # MLflow folds a description after its first lines: what matters most comes first.
    found = verdict(sweep)
    yield f"**{in_markdown(sweep.title)}**: {in_markdown(headline(found))}."
    notes = [f"note: {note}" for note in sweep.comparison.notes[:SENTENCES]]
    yield _list([capital(each) for each in (*reasons(found), *summary(sweep))])
    yield _table(sweep, rows)
    yield _list([*compared(sweep, SENTENCES), *notes])


def _list(said: Sequence[str]) -> str:
    return "\n".join(f"- {in_markdown(each)}" for each in said)


def _table(sweep: Standings, rows: int) -> str:
    lettered = sweep.lettered(LETTERED)
    heads = ["#", "variant", f"{in_markdown(sweep.comparison.metric)}, %", "95 %"]
    heads += [*(["group"] if lettered else []), "behind", "p, Holm", "tokens"]
    rules = ["---" if head in ("variant", "group") else "---:" for head in heads]
    lines = [_row(place, lettered=lettered) for place in sweep.ranking[:rows]]
    more = len(sweep.variants) - rows
    end = f"\n\n{more} more are in `leaderboard.json`." if more > 0 else ""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, rules, *lines)) + end


def _row(place: Place, *, lettered: bool) -> list[str]:
    variant, pair = place.variant, place.behind
    behind, chance = UNKNOWN, UNKNOWN
    if pair:
        behind, chance = points(-pair.found.difference), pvalue(pair.holm).replace("<", "&lt;")
    return [
        str(place.rank),
        in_markdown(place.name),
        f"**{percent(variant.mean)}**",
        interval(variant.low, variant.high),
        *([variant.letters] if lettered else []),
        behind,
        chance,
        f"{count(place.cost.tokens)}{' ◆' * place.pareto}",
    ]
