"""The report as Markdown, as GitHub shows it: for a README, or an issue."""

from collections.abc import Iterator, Sequence
from difflib import unified_diff
from math import isnan

from promptlab.report.data.reading.answers import Asked
from promptlab.report.data.reading.factors import cells, ordered, telling
from promptlab.report.data.reading.outcome import KINDS
from promptlab.report.data.standings import Place, Standings
from promptlab.report.data.summary import summary
from promptlab.report.data.verdict import headline, reasons, verdict, winner_prompt
from promptlab.report.data.views.audit import NAMED, READ, cases
from promptlab.report.data.views.example_matrix import arrange
from promptlab.report.data.views.extractors import agreement, agreement_sentence
from promptlab.report.data.views.seeds import EACH, deviation, each_seed
from promptlab.report.data.views.seeds import EXPLAINED as EXPLAINED_SEEDS
from promptlab.report.data.views.seeds import HEAD as SEEDS
from promptlab.report.data.views.sensitivity import EXPLAINED, Effect, Setting, sensitivity, warning
from promptlab.report.data.views.side_by_side import (
    completion,
    disagreements,
    dividing,
    end_cut,
    middle_cut,
    prompt,
)
from promptlab.report.markdown.confidence import confidence
from promptlab.report.markdown.slices import slices
from promptlab.report.markdown.table import table
from promptlab.report.number_format import (
    UNKNOWN,
    capital,
    count,
    interval,
    money,
    percent,
    points,
    pvalue,
    seconds,
)
from promptlab.text.escaping import fenced, in_line, in_markdown, visible

_ROWS, _SENTENCES, _DISAGREEMENTS, _HARD = 200, 12, 10, 10
_PLOTTED, _WIDE = 40, 48
"""Variants in the plot, and its width in characters."""
_LONGEST = 4_000
"""Characters of a prompt's differences."""


def markdown(sweeps: Sequence[Standings]) -> str:
    """Write the Markdown of one sweep, or of several."""
    parts = [part for sweep in sweeps for part in _parts(sweep)]
    if len(sweeps) > 1:
        told = (f"{sweep.title}: {headline(verdict(sweep))}." for sweep in sweeps)
        parts.insert(0, _list(told))
    return "\n\n".join(parts) + "\n"


def _parts(sweep: Standings) -> Iterator[str]:
    yield f"# Leaderboard: {in_markdown(sweep.title)}"
    found = verdict(sweep)
    yield f"**{in_markdown(headline(found))}.**"
    why = list(reasons(found))
    if why:
        yield _list(capital(said) for said in why)
    asked = winner_prompt(sweep)
    if asked:
        yield f"The prompt of {in_markdown(sweep.names[0])}, with the first question:"
        yield fenced(visible(middle_cut(asked, _LONGEST)))
    yield _list(capital(said) for said in summary(sweep))
    yield _counted(sweep)
    if sweep.comparison.notes:
        yield "**Notes on what was read, and what was left out**\n\n" + _list(
            sweep.comparison.notes
        )
    yield "## Ranking\n\n" + _ranking(sweep)
    if sweep.comparison.sentences:
        yield _list(sweep.comparison.sentences[:_SENTENCES])
    yield "## Forest plot\n\n" + fenced(_forest(sweep))
    yield from _over_k(sweep)
    yield from _factors(sweep)
    yield from _variance(sweep)
    yield from confidence(sweep)
    yield from slices(sweep)
    yield "## Examples\n\n" + _examples(sweep)
    if len(sweep.names) > 1:
        yield from _pair(sweep)
    yield "## Outcomes\n\n" + _outcomes(sweep)
    if sweep.judges:
        yield "## Judges\n\n" + "\n\n".join(_list(each.sentences) for each in sweep.judges)
    yield "## Costs\n\n" + _costs(sweep)


def _counted(sweep: Standings) -> str:
    plural = "" if len(sweep.variants) == 1 else "s"
    counted = f"{len(sweep.variants):,} variant{plural}, {len(sweep.items):,} examples"
    models = ", ".join(map(in_markdown, sweep.models))
    return f"{counted}; {models}." if models else f"{counted}."


def _list(items: Iterator[str] | Sequence[str]) -> str:
    return "\n".join(f"- {in_markdown(each)}" for each in items)


def _ranking(sweep: Standings) -> str:
    metric = in_markdown(sweep.comparison.metric)
    heads = ["#", "variant", "model", f"{metric}, %", "95 %", SEEDS, EACH, "group", "behind best"]
    heads += ["p, Holm", "p, BH", "not parsed", "tokens", "Pareto"]
    lettered = sweep.lettered()
    left_out = {
        *([] if lettered else ["group"]),
        *([] if len(sweep.models) > 1 else ["model"]),
        *([] if sweep.repeated else [SEEDS, EACH]),
    }
    shown = [place for place, head in enumerate(heads) if head not in left_out]
    rows = [_ranked(place) for place in sweep.ranking[:_ROWS]]
    notes = ["Variants that share a letter cannot be told apart."] if lettered else []
    notes += [f"{SEEDS}: {EXPLAINED_SEEDS}."] if sweep.repeated else []
    cut = [[row[column] for column in shown] for row in (heads, *rows)]
    shown_table = table(cut[0], cut[1:], (1,))
    return "\n\n".join([shown_table, " ".join(notes)] if notes else [shown_table])


def _ranked(place: Place) -> list[str]:
    variant, pair = place.variant, place.behind
    lost = sum(n for kind, n in place.kinds.items() if kind not in READ)
    behind = [UNKNOWN] * 3
    if pair:
        behind = [
            points(-pair.found.difference),
            pvalue(pair.holm),
            pvalue(pair.benjamini_hochberg),
        ]
    return [
        str(place.rank),
        in_markdown(place.name),
        in_markdown(place.model or UNKNOWN),
        f"**{percent(variant.mean)}**",
        interval(variant.low, variant.high),
        deviation(variant),
        in_markdown(each_seed(variant)),
        variant.letters,
        *(each.replace("<", "&lt;") for each in behind),
        f"{lost:,}",
        count(place.cost.tokens),
        "◆" if place.pareto else "",
    ]


def _forest(sweep: Standings) -> str:
    """Draw the intervals in characters."""
    places = sweep.ranking[:_PLOTTED]
    low = min(place.variant.low for place in places)
    high = max(place.variant.high for place in places)
    names = [in_line(place.name) for place in places]
    wide = max(map(len, names))
    bars = [_drawn(place, low, high) for place in places]
    lines = [f"{name:<{wide}}  {line}" for name, line in zip(names, bars, strict=True)]
    ends = f"{percent(low)} %", f"{percent(high)} %"
    axis = f"{'':<{wide}}  {ends[0]}{ends[1]:>{_WIDE - len(ends[0])}}"
    more = len(sweep.variants) - len(places)
    return "\n".join([*lines, axis, *([f"and {more} more"] if more else [])])


def _drawn(place: Place, low: float, high: float) -> str:
    scale = (_WIDE - 1) / ((high - low) or 1)
    ends = place.variant.low, place.variant.mean, place.variant.high
    start, middle, end = (round((value - low) * scale) for value in ends)
    line = " " * start + "├" + "─" * (end - start - 1) + "┤"
    return f"{line[:middle]}●{line[middle + 1 :]}".rstrip()


def _over_k(sweep: Standings) -> Iterator[str]:
    """Show the curves over the number of demonstrations as a table."""
    every = sweep.curves
    ks = sorted({point.k for curve in every for point in curve.points})
    rows = []
    for curve in every[:_ROWS]:
        said = {p.k: f"{percent(p.mean)} [{interval(p.low, p.high)}]" for p in curve.points}
        rows.append([in_markdown(curve.name), *(said.get(k, "") for k in ks)])
    if every:
        caption = in_markdown(
            f"{sweep.comparison.metric}, %, over the number of demonstrations, with 95 % intervals."
        )
        yield f"## Over k\n\n{caption}\n\n{table(['k', *map(str, ks)], rows)}"


def _factors(sweep: Standings) -> Iterator[str]:
    values, levels = [variant.mean for variant in sweep.variants], sweep.factors
    names = telling(levels, values)
    if len(names) < 2:
        return
    across, down = sorted(names[:2], key=lambda name: len(set(levels[name])))
    of_cells = cells(levels[down], levels[across], values)
    columns = ordered(levels[across])
    rows = [
        [in_markdown(row), *(_mean(of_cells.get((row, column), [])) for column in columns)]
        for row in ordered(levels[down])
    ]
    caption = in_markdown(f"Mean {sweep.comparison.metric}, %: {down} by {across}.")
    shown = table([in_markdown(down), *map(in_markdown, columns)], rows)
    yield f"## Factors\n\n{caption}\n\n{shown}"


def _variance(sweep: Standings) -> Iterator[str]:
    parts = sensitivity(sweep)
    if parts is None:
        return
    yield "## Variance"
    if parts.fragile:
        yield _list(f"{warning(each)}." for each in parts.fragile[:_SENTENCES])
    if parts.effects:
        yield EXPLAINED
        heads = ["factor", "levels", "share, %", "without effect, %", "moves, points", "at most"]
        yield table(heads, [_effect(each) for each in parts.effects])
    if parts.settings:
        over = list(parts.settings[0].over)
        metric = in_markdown(sweep.comparison.metric)
        heads = ["setting", "runs", f"mean {metric}, %", "worst", "best", "spread"]
        heads += [f"over {in_markdown(name)}" for name in over]
        yield table(heads, [_setting(each) for each in parts.settings[:_ROWS]])


def _effect(effect: Effect) -> list[str]:
    values = effect.share, effect.expected, effect.usual, effect.widest
    return [in_markdown(effect.factor), str(effect.levels or UNKNOWN), *map(percent, values)]


def _setting(setting: Setting) -> list[str]:
    each = setting.spread
    values = each.mean, each.worst, each.best, each.best - each.worst, *setting.over.values()
    return [in_markdown(setting.name), f"{each.runs:,}", *map(percent, values)]


def _mean(values: Sequence[float]) -> str:
    return percent(sum(values) / len(values)) if values else ""


def _examples(sweep: Standings) -> str:
    matrix = arrange(sweep)
    counts = (
        f"All variants have {matrix.all_right:,} of {len(matrix.examples):,} examples right, none "
        f"has {len(matrix.none_right):,}"
    )
    if not matrix.none_right:
        return f"{counts}."
    listed = [_asked(sweep, question) for question in matrix.none_right[:_HARD]]
    return f"{counts}; some of these:\n\n{_list(listed)}"


def _asked(sweep: Standings, question: Asked) -> str:
    return f"{question.id}: {end_cut(sweep.items[question].question, 120)}"


def _pair(sweep: Standings) -> Iterator[str]:
    one, other = sweep.names[:2]
    pairs = disagreements(sweep, one, other)
    yield f"## Side by side: {in_markdown(one)} and {in_markdown(other)}"
    question = dividing(sweep, (one, other))[0]
    yield f"Their prompts for example {in_markdown(question.id)}:"
    yield fenced(middle_cut(_prompt_diff(sweep, one, other, question), _LONGEST), "diff")
    yield f"They disagree on {len(pairs):,} examples."
    if not pairs:
        return
    rows = [
        [
            in_markdown(_asked(sweep, each.asked)),
            in_markdown(end_cut(sweep.items[each.asked].gold, 60)),
            *(
                f"{in_markdown(end_cut(answer.prediction, 60))} ({answer.kind})"
                for answer in (each.one, each.other)
            ),
        ]
        for each in pairs[:_DISAGREEMENTS]
    ]
    yield table(["example", "gold", in_markdown(one), in_markdown(other)], rows, (0, 1, 2, 3))


def _prompt_diff(sweep: Standings, one: str, other: str, question: Asked) -> str:
    answers_of = [sweep.answers[name].get(question, ()) for name in (one, other)]
    texts = (visible(prompt(answers[0])) if answers else "" for answers in answers_of)
    first, second = (text.split("\n") for text in texts)
    named = in_line(one), in_line(other)
    return "\n".join(unified_diff(first, second, *named, lineterm="", n=2)) or "the same prompt"


def _outcomes(sweep: Standings) -> str:
    kinds = [k.name for k in KINDS if any(k.name in place.kinds for place in sweep.ranking)]
    rows = [
        [
            in_markdown(place.name),
            *(f"{place.kinds.get(kind, 0):,}" for kind in kinds),
            f"{place.named:,}",
        ]
        for place in sweep.ranking[:_ROWS]
    ]
    policies = agreement(sweep)
    parts = [table(["variant", *kinds, "gold in the text, not extracted"], rows), *_cases(sweep)]
    return "\n\n".join(
        [*parts, *([in_markdown(agreement_sentence(policies))] if policies and policies.n else [])]
    )


def _cases(sweep: Standings) -> Iterator[str]:
    """Show one example of each kind that is not right."""
    for name, (first, *_) in cases(sweep).items():
        if name == "right":
            continue
        of = "An example" if name == NAMED else "For example"
        gold = end_cut(sweep.items[first.asked].gold, 60)
        read = end_cut(first.answer.prediction or "nothing", 60)
        title = in_markdown(f"{first.asked.id} by {first.variant}; gold {gold}, read {read}")
        text = fenced(middle_cut(completion(first.answer), 400))
        yield f"{of}, **{name}**: {title}\n\n{text}"


def _costs(sweep: Standings) -> str:
    priced = sweep.priced
    rows = [
        [
            in_markdown(place.name),
            count(place.cost.prompt_tokens),
            count(place.cost.completion_tokens),
            count(place.cost.calls),
            *([money(place.cost.money)] if priced else []),
            seconds(place.cost.seconds),
            UNKNOWN if isnan(place.cost.cached) else f"{percent(place.cost.cached, 0)} %",
        ]
        for place in sweep.ranking[:_ROWS]
    ]
    heads = ["variant", "prompt tokens", "completion tokens", "calls"]
    heads += [*(["cost"] if priced else []), "seconds", "from cache"]
    return table(heads, rows)
