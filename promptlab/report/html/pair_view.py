"""Two variants side by side on the page: prompts with their differences marked, disagreements."""

from collections.abc import Sequence
from itertools import combinations
from math import isnan
from typing import Any

from promptlab.escaping import visible
from promptlab.report.data.answers import Answered, Asked
from promptlab.report.data.difference import Stretch, stretches
from promptlab.report.data.outcome import NAMES
from promptlab.report.data.side_by_side import (
    Disagreement,
    completion,
    disagreements,
    dividing,
    end_cut,
    prompt,
)
from promptlab.report.data.sweep import Sweep
from promptlab.report.html.markup import Markup, joined, tag
from promptlab.report.html.matrix_view import data_script
from promptlab.report.html.tables import dot

CHOOSABLE = 20
"""Variants up to which any two can be chosen."""
BEST = 12
"""Variants that can be chosen of more than these, beside the baseline and the worst."""
LISTED = 25
"""Disagreements listed for two variants."""
_TEXTS = 25
"""Examples whose completions are kept, where any two variants can be chosen."""
_QUESTION = 300


def pair_view(sweep: Sweep) -> Markup | None:
    """Write the best two variants side by side, and the means to choose others; None for one."""
    if len(sweep.names) < 2:
        return None
    shown = chosen(sweep)
    asked = dividing(sweep, shown)[0]
    many = len(sweep.names) > CHOOSABLE
    choice = _choice(shown) if len(shown) > 2 else None
    data = data_script("pair-data", _data(sweep, shown, asked)) if choice else None
    note = (
        f"Of so many variants, the best {BEST} and the worst can be compared here; to compare "
        "others, report their folders alone."
        if many
        else None
    )
    return tag(
        "div",
        choice,
        tag("p", note, class_="note") if note else None,
        tag("div", panel(sweep, shown[0], shown[1], asked), class_="panel"),
        data,
        class_="pairs",
    )


def chosen(sweep: Sweep) -> list[str]:
    """Return the variants that can be shown: all, or the best, the baseline and the worst."""
    if len(sweep.names) <= CHOOSABLE:
        return sweep.names
    baseline = [name for name in [sweep.comparison.baseline] if name]
    return list(dict.fromkeys([*sweep.names[:BEST], *baseline, sweep.names[-1]]))


def panel(sweep: Sweep, one: str, other: str, asked: Asked) -> Markup:
    """Write two variants side by side."""
    pair = sweep.pair(one, other)
    found = disagreements(sweep, one, other)
    return joined(
        tag("p", pair.sentence, class_="sentence") if pair else None,
        tag("h4", "Prompts for one example"),
        _prompts(sweep, (one, other), asked),
        tag("h4", f"Examples on which they disagree: {len(found):,}"),
        _disagreements(sweep, (one, other), found[:LISTED]),
        tag("p", f"The first {LISTED} are listed.", class_="note") if len(found) > LISTED else None,
    )


def _prompts(sweep: Sweep, names: tuple[str, str], asked: Asked) -> Markup:
    texts = [visible(prompt(given[0])) if given else "" for given in _given(sweep, names, asked)]
    parts = stretches(*texts)
    sides = [
        tag("figure", tag("figcaption", name), tag("pre", _marked(parts, side)))
        for side, name in enumerate(names)
    ]
    return joined(
        tag("p", f"{asked.id}: {end_cut(sweep.items[asked].question, _QUESTION)}", class_="note"),
        tag("div", sides, class_="sides"),
    )


def _given(sweep: Sweep, names: Sequence[str], asked: Asked) -> list[Sequence[Answered]]:
    return [sweep.answers[name].get(asked, ()) for name in names]


def _marked(parts: Sequence[Stretch], side: int) -> list[str]:
    """Mark what is on one side only."""
    texts = [((part.one, part.other)[side], part.same) for part in parts]
    return [text if same else tag("mark", text) for text, same in texts if text]


def _disagreements(sweep: Sweep, names: tuple[str, str], found: Sequence[Disagreement]) -> Markup:
    head = [tag("th", words) for words in ("example", "gold", *names)]
    rows = [
        tag(
            "tr",
            tag("td", tag("b", each.asked.id), " ", _question(sweep, each.asked)),
            tag("td", end_cut(sweep.items[each.asked].gold, 80)),
            _answer(each.one),
            _answer(each.other),
        )
        for each in found
    ]
    body = tag("table", tag("thead", tag("tr", head)), tag("tbody", rows), class_="disagreements")
    return tag("div", body, class_="scroll")


def _question(sweep: Sweep, asked: Asked) -> str:
    return end_cut(sweep.items[asked].question, _QUESTION)


def _answer(answer: Answered) -> Markup:
    text = completion(answer)
    said = end_cut(answer.prediction, 80) or answer.kind
    more = tag("details", tag("summary", dot(answer.kind), said), tag("pre", text))
    return tag("td", more if text else joined(dot(answer.kind), said))


def _choice(names: Sequence[str]) -> Markup:
    selects = [
        tag(
            "label",
            words,
            tag(
                "select",
                [
                    tag("option", name, value=number, selected=number == first)
                    for number, name in enumerate(names)
                ],
            ),
        )
        for first, words in enumerate(("Compare ", " with "))
    ]
    return tag("div", selects, class_="choice")


def _data(sweep: Sweep, names: Sequence[str], asked: Asked) -> dict[str, Any]:
    """Gather what the page needs to show any two of these variants."""
    texts = [visible(prompt(given[0])) if given else "" for given in _given(sweep, names, asked)]
    order = dividing(sweep, names)
    return {
        "variants": list(names),
        "kinds": list(NAMES),
        "example": f"{asked.id}: {_question(sweep, asked)}",
        "prompts": texts,
        "pairs": {
            f"{i},{j}": {"sentence": _sentence(sweep, names[i], names[j]), "ends": ends}
            for i, j in combinations(range(len(names)), 2)
            for ends in [_ends(stretches(texts[i], texts[j]))]
        },
        "examples": [
            [each.id, _question(sweep, each), end_cut(sweep.items[each].gold, 80)] for each in order
        ],
        "answers": [_answers(sweep, name, order) for name in names],
    }


def _sentence(sweep: Sweep, one: str, other: str) -> str:
    pair = sweep.pair(one, other)
    return pair.sentence if pair else f"{one} and {other} share no example"


def _ends(parts: Sequence[Stretch]) -> list[int]:
    """Say where stretches end, in both texts, three numbers for each: same or not, one, other."""
    numbers, one, other = [], 0, 0
    for part in parts:
        one, other = one + len(part.one), other + len(part.other)
        numbers += [int(part.same), one, other]
    return numbers


def _answers(sweep: Sweep, name: str, order: Sequence[Asked]) -> list[list[Any] | None]:
    """Return kind, score, prediction, and for the first examples the completion, of each answer."""
    given = [sweep.answers[name].get(asked, ()) for asked in order]
    return [
        [
            NAMES.index(answers[0].kind),
            None if isnan(answers[0].score) else answers[0].score,
            end_cut(answers[0].prediction, 80),
            *([completion(answers[0])] if number < _TEXTS else []),
        ]
        if answers
        else None
        for number, answers in enumerate(given)
    ]
