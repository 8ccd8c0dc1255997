"""The outcome audit: examples of every kind of outcome, for a person to look at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from promptlab.report.answers import Answered, Asked
from promptlab.report.outcome import KINDS
from promptlab.report.sweep import Sweep

LISTED = 6
"""Examples of each kind."""
NAMED = "gold answer in the text, not extracted"


@dataclass(frozen=True)
class Case:
    """One answer, as an example of its kind."""

    variant: str
    asked: Asked
    answer: Answered


def cases(sweep: Sweep) -> Mapping[str, list[Case]]:
    """Return a few answers of each kind that occurs, each of another example, variants in turn.

    What was not read stands first among those whose text names the gold answer: of a wrong answer
    that may be chance.
    """
    found = {kind.name: _few(sweep, kind.name) for kind in KINDS}
    found[NAMED] = _few_named(sweep)
    return {name: few for name, few in found.items() if few}


def _few(sweep: Sweep, kind: str) -> list[Case]:
    return _different(case for case in _each(sweep) if case.answer.kind == kind)


def _few_named(sweep: Sweep) -> list[Case]:
    named = [case for case in _each(sweep) if case.answer.named]
    named.sort(key=lambda case: case.answer.kind in ("wrong", "in part"))
    return _different(iter(named))


def _each(sweep: Sweep) -> Iterator[Case]:
    """Yield answers, one variant's first, then the next one's, example by example."""
    names = sweep.names
    for number, asked in enumerate(sweep.items):
        for turn in range(len(names)):
            name = names[(number + turn) % len(names)]
            for answer in sweep.answers[name].get(asked, ())[:1]:
                yield Case(name, asked, answer)


def _different(found: Iterator[Case]) -> list[Case]:
    few: dict[Asked, Case] = {}
    for case in found:
        few.setdefault(case.asked, case)
        if len(few) == LISTED:
            break
    return list(few.values())
