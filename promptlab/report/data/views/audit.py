"""The outcome audit: examples of every kind of outcome, for a person to look at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from promptlab.report.data.reading.answers import Answered, Asked
from promptlab.report.data.reading.outcome import NAMES
from promptlab.report.data.standings import Standings

LISTED = 6
"""Examples of each kind."""
NAMED = "gold answer in the text, not extracted"
_DOUBTFUL = "gold answer in the text of a wrong answer"
READ = ("right", "in part", "wrong")
"""Kinds of answers that were read off."""


@dataclass(frozen=True)
class Case:
    """One answer, as an example of its kind."""

    variant: str
    asked: Asked
    answer: Answered


def cases(sweep: Standings) -> Mapping[str, list[Case]]:
    """Return a few answers of each kind that occurs, each of another example, variants in turn.

    What was not read stands first among those whose text names the gold answer: of a wrong answer
    that may be chance.
    """
    kept: dict[str, dict[Asked, Case]] = {name: {} for name in (*NAMES, NAMED, _DOUBTFUL)}
    for case in _each(sweep):
        _keep(case, kept[case.answer.kind])
        if case.answer.named:
            _keep(case, kept[_DOUBTFUL if case.answer.kind in READ else NAMED])
    doubtful = kept.pop(_DOUBTFUL)
    for case in doubtful.values():
        _keep(case, kept[NAMED])
    return {name: list(few.values()) for name, few in kept.items() if few}


def _keep(case: Case, few: dict[Asked, Case]) -> None:
    if len(few) < LISTED:
        few.setdefault(case.asked, case)


def _each(sweep: Standings) -> Iterator[Case]:
    """Yield answers, one variant's first, then the next one's, example by example."""
    names = sweep.names
    for number, question in enumerate(sweep.items):
        for turn in range(len(names)):
            name = names[(number + turn) % len(names)]
            for answer in sweep.answers[name].get(question, ())[:1]:
                yield Case(name, question, answer)
