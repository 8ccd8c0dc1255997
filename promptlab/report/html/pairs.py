"""Two variants side by side: what the page shows of the best two, and what it needs for others."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isnan
from typing import Any

from promptlab.analysis.comparison.pair import Pair
from promptlab.report.data.reading.answers import Asked
from promptlab.report.data.reading.outcome import NAMES
from promptlab.report.data.standings import Standings
from promptlab.report.data.views.difference import Stretch, stretches
from promptlab.report.data.views.side_by_side import (
    Disagreement,
    completion,
    disagreements,
    dividing,
    end_cut,
    prompt,
)
from promptlab.text.escaping import visible

CHOOSABLE = 20
"""Variants up to which any two can be chosen."""
BEST = 12
"""Variants that can be chosen of more than these, beside the baseline and the worst."""
QUESTION = 300
"""Characters of a question."""
_TEXTS = 25
"""Examples whose completions are kept, where any two variants can be chosen."""


@dataclass(frozen=True)
class SideBySide:
    """Two variants.

    Attributes:
        names: Of the variants.
        pair: What was found of them; None where they share no example.
        asked: The example whose prompts are shown.
        parts: Of these prompts: what is the same, and what differs.
        found: The examples on which they disagree.
    """

    names: tuple[str, str]
    pair: Pair | None
    asked: Asked
    parts: Sequence[Stretch]
    found: Sequence[Disagreement]


def side_by_side(sweep: Standings, names: Sequence[str]) -> SideBySide:
    """Put the first two of these variants side by side."""
    one, other = names[:2]
    question = dividing(sweep, names)[0]
    return SideBySide(
        (one, other),
        sweep.pair(one, other),
        question,
        stretches(*_prompts(sweep, (one, other), question)),
        disagreements(sweep, one, other),
    )


def chosen(sweep: Standings) -> list[str]:
    """Return the variants that can be shown: all, or the best, the baseline and the worst."""
    if len(sweep.names) <= CHOOSABLE:
        return sweep.names
    baseline = [name for name in [sweep.comparison.baseline] if name]
    return list(dict.fromkeys([*sweep.names[:BEST], *baseline, sweep.names[-1]]))


def choices(sweep: Standings, names: Sequence[str]) -> dict[str, Any]:
    """Gather what the page needs to show any two of these variants."""
    order = dividing(sweep, names)
    texts = _prompts(sweep, names, order[0])
    return {
        "variants": list(names),
        "kinds": list(NAMES),
        "example": f"{order[0].id}: {_question(sweep, order[0])}",
        "prompts": texts,
        "pairs": {
            f"{i},{j}": {
                "sentence": _sentence(sweep, names[i], names[j]),
                "ends": _ends(stretches(texts[i], texts[j])),
            }
            for i, j in combinations(range(len(names)), 2)
        },
        "examples": [
            [each.id, _question(sweep, each), end_cut(sweep.items[each].gold, 80)] for each in order
        ],
        "answers": [_answers(sweep, name, order) for name in names],
    }


def _prompts(sweep: Standings, names: Sequence[str], question: Asked) -> list[str]:
    answers_of = [sweep.answers[name].get(question, ()) for name in names]
    return [visible(prompt(answers[0])) if answers else "" for answers in answers_of]


def _question(sweep: Standings, question: Asked) -> str:
    return end_cut(sweep.items[question].question, QUESTION)


def _sentence(sweep: Standings, one: str, other: str) -> str:
    pair = sweep.pair(one, other)
    return pair.sentence if pair else f"{one} and {other} share no example"


def _ends(parts: Sequence[Stretch]) -> list[int]:
    """Say where stretches end, in both texts, three numbers for each: same or not, one, other."""
    numbers, one, other = [], 0, 0
    for part in parts:
        one, other = one + len(part.one), other + len(part.other)
        numbers += [int(part.same), one, other]
    return numbers


def _answers(sweep: Standings, name: str, order: Sequence[Asked]) -> list[list[Any] | None]:
    """Return kind, score, prediction, and for the first examples the completion, of each answer."""
    columns = [sweep.answers[name].get(question, ()) for question in order]
    return [
        [
            NAMES.index(answers[0].kind),
            None if isnan(answers[0].score) else answers[0].score,
            end_cut(answers[0].prediction, 80),
            *([completion(answers[0])] if number < _TEXTS else []),
        ]
        if answers
        else None
        for number, answers in enumerate(columns)
    ]
