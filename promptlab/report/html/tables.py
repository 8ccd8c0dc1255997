"""The tables of the page: the ranking, the outcomes, the costs."""

from collections.abc import Sequence
from math import isnan

from promptlab.report.data.outcome import KINDS
from promptlab.report.data.sweep import Place, Sweep
from promptlab.report.html.markup import Markup, joined, tag
from promptlab.report.number_format import (
    UNKNOWN,
    count,
    interval,
    percent,
    points,
    pvalue,
    seconds,
)

LETTERED = 40
"""Variants up to which significance letters are shown; of more they are too many to be read."""
WORDS = ("variant", "group", "outcomes", "factor", "setting")
"""Columns that hold no numbers."""


def table(heads: Sequence[tuple[str, str]], rows: Sequence[Markup], kind: str = "") -> Markup:
    """Write a table whose columns sort at a click.

    Args:
        heads: Of each column: its words, and what they mean.
        rows: Of the body.
        kind: A class for its looks.
    """
    head = [
        tag(
            "th",
            tag("button", words, type="button"),
            title=meaning,
            scope="col",
            class_=None if words in WORDS else "number",
        )
        for words, meaning in heads
    ]
    return tag(
        "div",
        tag("table", tag("thead", tag("tr", head)), tag("tbody", rows), class_=f"sortable {kind}"),
        class_="scroll",
    )


def number(said: str, value: float | None = None, **attributes: object) -> Markup:
    """Write a cell of a number; `value` is what it sorts by."""
    known = None if value is None or isnan(value) else f"{value:.10g}"
    return tag("td", said, class_="number", data_value=known, **attributes)


def breakable(name: str) -> Markup:
    """Write a name that may go on in the next line after a comma."""
    first, *others = name.split(",")
    return joined(first, [joined(",", tag("wbr"), part) for part in others])


def dot(kind: str) -> Markup:
    """Write the mark of a kind of outcome."""
    return tag("i", class_=f"dot {kind.replace(' ', '-')}", title=kind)


def ranking_table(sweep: Sweep) -> Markup:
    """Write the ranked table."""
    lettered = len(sweep.variants) <= LETTERED and bool(sweep.variants[0].letters)
    heads = [
        ("#", "rank"),
        ("variant", "what is not the same for all; the baseline is marked"),
        (f"{sweep.comparison.metric}, %", "the mean, as a bar with its 95 % interval"),
        ("95 %", "Wilson's interval for right and wrong, else BCa bootstrap; clustered by example"),
        *([("group", "variants that share a letter cannot be told apart")] if lettered else []),
        ("behind best", "points behind the best variant, on the same examples"),
        ("p, Holm", "of the difference from the best, after Holm over all pairs"),
        ("p, BH", "the same after Benjamini and Hochberg"),
        ("outcomes", "parsed right, parsed wrong, unparsed, truncated, refused"),
        ("tokens", "prompt and completion tokens for an answer"),
        ("Pareto", "nothing as cheap is better, nothing as good is cheaper"),
    ]
    return table(heads, [_ranked(place, sweep, lettered) for place in sweep.ranking], "ranking")


def _ranked(place: Place, sweep: Sweep, lettered: bool) -> Markup:
    variant, pair = place.variant, place.behind
    baseline = place.name == sweep.comparison.baseline
    return tag(
        "tr",
        number(str(place.rank), place.rank),
        tag("th", breakable(place.name), tag("em", " baseline") if baseline else None, scope="row"),
        tag("td", _bar(place), class_="number", data_value=f"{variant.mean:.10g}"),
        number(interval(variant.low, variant.high), variant.low),
        tag("td", variant.letters, class_="letters") if lettered else None,
        number(points(-pair.found.difference), -pair.found.difference) if pair else number(UNKNOWN),
        number(pvalue(pair.holm), pair.holm) if pair else number(UNKNOWN),
        number(pvalue(pair.benjamini_hochberg), pair.benjamini_hochberg)
        if pair
        else number(UNKNOWN),
        tag("td", stack(place)),
        number(count(place.cost.tokens), place.cost.tokens),
        tag("td", "◆" if place.pareto else "", class_="mark", data_value=int(place.pareto)),
    )


def _bar(place: Place) -> Markup:
    variant = place.variant
    low, high = 100 * variant.low, 100 * variant.high
    return joined(
        tag("b", percent(variant.mean)),
        tag(
            "span",
            tag("span", class_="fill", style=f"width:{100 * variant.mean:.1f}%"),
            tag("span", class_="whisker", style=f"left:{low:.1f}%;width:{high - low:.1f}%"),
            class_="bar",
        ),
    )


def stack(place: Place) -> Markup:
    """Draw the shares of the outcomes as one bar."""
    total = sum(place.kinds.values()) or 1
    shares = [(kind, place.kinds.get(kind.name, 0)) for kind in KINDS]
    told = ", ".join(f"{kind.name} {n:,}" for kind, n in shares if n)
    parts = [
        tag("i", class_=kind.name.replace(" ", "-"), style=f"width:{100 * n / total:.2f}%")
        for kind, n in shares
        if n
    ]
    return tag("span", parts, class_="stack", title=told, role="img", aria_label=told)


def outcome_table(sweep: Sweep) -> Markup:
    """Write how many answers of each variant became what."""
    shown = [k for k in KINDS if any(k.name in place.kinds for place in sweep.ranking)]
    heads = [
        ("variant", ""),
        *((kind.name, kind.meaning) for kind in shown),
        ("gold in text", "the gold answer is in the text but was not extracted; may be chance"),
    ]
    rows = [
        tag(
            "tr",
            tag("th", breakable(place.name), scope="row"),
            [_share(place, kind.name) for kind in shown],
            number(f"{place.named:,}", place.named),
        )
        for place in sweep.ranking
    ]
    return table(heads, rows)


def _share(place: Place, kind: str) -> Markup:
    n, total = place.kinds.get(kind, 0), sum(place.kinds.values()) or 1
    return number(f"{n:,}", n, title=f"{percent(n / total)} %")


def cost_table(sweep: Sweep) -> Markup:
    """Write what each variant cost."""
    heads = [
        ("variant", ""),
        (f"{sweep.comparison.metric}, %", ""),
        ("prompt tokens", "in all"),
        ("completion tokens", "in all"),
        ("tokens / answer", "prompt and completion"),
        ("tokens / right", "tokens in all, for each right answer"),
        ("calls", "requests to the model"),
        ("seconds", "of the runs; – where none was finished"),
        ("from cache", "the share of requests that the cache had, which costs no time"),
    ]
    return table(heads, [_cost(place) for place in sweep.ranking])


def _cost(place: Place) -> Markup:
    spent, variant = place.cost, place.variant
    tokens = spent.prompt_tokens + spent.completion_tokens
    gained = variant.mean * spent.answers
    cached = UNKNOWN if isnan(spent.cached) else f"{percent(spent.cached, 0)} %"
    return tag(
        "tr",
        tag("th", breakable(place.name), scope="row"),
        number(percent(variant.mean), variant.mean),
        number(count(spent.prompt_tokens), spent.prompt_tokens),
        number(count(spent.completion_tokens), spent.completion_tokens),
        number(count(spent.tokens), spent.tokens),
        number(count(tokens / gained) if gained else UNKNOWN, tokens / gained if gained else None),
        number(count(spent.calls), spent.calls),
        number(seconds(spent.seconds), spent.seconds),
        number(cached, spent.cached),
    )
