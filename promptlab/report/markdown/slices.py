"""The score by slice, as Markdown."""

from collections.abc import Iterator, Mapping
from math import isnan

from promptlab.report.data.standings import Standings
from promptlab.report.data.views.slices import Slice, SlicedField
from promptlab.report.markdown.table import table
from promptlab.report.number_format import UNKNOWN, interval, percent
from promptlab.text.escaping import in_markdown

_ACROSS = 8
"""Variants side by side."""


def slices(sweep: Standings) -> Iterator[str]:
    """Show each field's values, the best variants side by side."""
    if not sweep.slices:
        return
    yield "## Slices"
    yield (
        f"{in_markdown(sweep.comparison.metric)}, %, with an interval that is as wide as the "
        "number of slices asks (Bonferroni). †: told apart from the rest of the field (p &lt; 0.05 "
        "after Holm over all slices)."
    )
    for field in sweep.slices:
        yield _field(field)


def _field(field: SlicedField) -> str:
    shown = dict(list(field.of.items())[:_ACROSS])
    rows = [
        [
            in_markdown(value),
            f"{field.n(value):,}",
            *(_cell(held, value) for held in shown.values()),
        ]
        for value in field.values
    ]
    more = f"\n\n{field.more:,} more values." if field.more else ""
    return table([in_markdown(field.field), "n", *map(in_markdown, shown)], rows) + more


def _cell(held: Mapping[str, Slice], value: str) -> str:
    each = held.get(value)
    if each is None:
        return UNKNOWN
    ends = "" if isnan(each.low) else f" [{interval(each.low, each.high)}]"
    return f"{percent(each.mean)}{ends}" + (" †" if each.apart else "")
