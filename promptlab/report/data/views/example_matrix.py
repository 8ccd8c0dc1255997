"""Variants by examples, sorted so that structure shows.

Variants stand in the order of the ranking, examples from those that all have right to those that
none has; examples that are as hard stand beside others that the same variants have right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from statistics import fmean

from promptlab.report.data.reading.answers import Answered, Asked
from promptlab.report.data.reading.outcome import NAMES
from promptlab.report.data.standings import Standings

MISSING = ""
"""The kind of an answer that there is not."""


@dataclass(frozen=True)
class Matrix:
    """What became of every example in every variant.

    Attributes:
        variants: The rows, best first.
        examples: The columns, easiest first.
        kinds: One for each cell, by rows.
        all_right: Examples that every variant that answered them has right.
        none_right: Examples that no variant has right.
    """

    variants: tuple[str, ...]
    examples: tuple[Asked, ...]
    kinds: tuple[tuple[str, ...], ...]
    all_right: int
    none_right: tuple[Asked, ...]


def arrange(sweep: Standings) -> Matrix:
    """Sort variants and examples."""
    columns = {
        question: [summed(sweep.answers[name].get(question, ())) for name in sweep.names]
        for question in sweep.items
    }
    easiest = sorted(columns, key=lambda question: _place(columns[question]))
    return Matrix(
        variants=tuple(sweep.names),
        examples=tuple(easiest),
        kinds=tuple(zip(*(columns[question] for question in easiest), strict=True)),
        all_right=sum(set(kinds) <= {"right", MISSING} for kinds in columns.values()),
        none_right=tuple(
            question for question in easiest if not {"right", "in part"} & set(columns[question])
        ),
    )


def summed(answers: Sequence[Answered]) -> str:
    """Return what became of an example that was answered once, or several times."""
    if not answers:
        return MISSING
    kinds = {answer.kind for answer in answers}
    if len(kinds) == 1:
        return kinds.pop()
    scores = [answer.score for answer in answers if not isnan(answer.score)]
    if scores and fmean(scores) > 0:
        return "in part"
    return min(kinds, key=NAMES.index)


def _place(kinds: Sequence[str]) -> tuple[float, tuple[int, ...]]:
    """Return what to sort an example by: how hard it is, then who has it right."""
    present = [kind for kind in kinds if kind != MISSING]
    gained = sum((kind == "right") + (kind == "in part") / 2 for kind in present)
    return -gained / len(present), tuple(
        NAMES.index(kind) if kind != MISSING else len(NAMES) for kind in kinds
    )
