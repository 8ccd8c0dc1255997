"""Where the judged runs stand: mean grades, as they are and corrected, or strengths.

A judge's accuracy is what it says, not what is so: where people labelled a sample, it is corrected
by prediction-powered inference (see `analysis/statistics/judges/prediction_powered.py`).
"""

from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

import numpy as np

from promptlab.analysis.statistics.judges.davidson import strengths
from promptlab.analysis.statistics.judges.estimate import UNKNOWN, Estimate
from promptlab.analysis.statistics.judges.prediction_powered import corrected_mean
from promptlab.judge.judgement import Judgement
from promptlab.judge.labels import Labels
from promptlab.judge.measure import is_right, mean_of


class Graded(NamedTuple):
    """A run whose answers were graded, all figures from 0 to 1.

    `right` is the share of answers graded above the middle, `gold` that of right ones by their gold
    answers, and `corrected` what people would say, of `right` (of `grade` where their labels are
    grades).
    """

    name: str
    grade: Estimate
    right: Estimate
    gold: float | None
    corrected: Estimate


class Compared(NamedTuple):
    """A run whose answers were compared: its strength in nats, and its points, a tie for a half."""

    name: str
    strength: Estimate
    points: float


class Pair(NamedTuple):
    """Two runs: how often the first was better, neither, or the second, and the mean preference."""

    first: str
    second: str
    won: int
    tied: int
    lost: int
    preference: Estimate


def graded(judgements: Sequence[Judgement], labels: Labels, gold: Labels) -> list[Graded]:
    """Return the runs in the order of their mean grade, the best first."""
    names = dict.fromkeys(each.runs[0] for each in judgements)
    found = [_graded(name, judgements, labels, gold) for name in names]
    return sorted(found, key=lambda run: -run.grade.value if run.grade.n else 1.0)


def _graded(name: str, judgements: Sequence[Judgement], labels: Labels, gold: Labels) -> Graded:
    own = {each.id: each.value for each in judgements if each.runs[0] == name}
    said = {id_: value for id_, value in own.items() if value is not None}
    ids, values = list(said), list(said.values())
    right = [float(is_right(value)) for value in values]
    known = [score for id_ in own if (score := gold.mean((name, id_))) is not None]
    # What the judge says nothing of counts as 0: the correction holds whatever is put there.
    every = dict.fromkeys(own, 0.0) | dict(
        zip(ids, values if labels.graded else right, strict=True)
    )
    return Graded(
        name,
        mean_of("grade", values, ids, "").estimate,
        mean_of("right", right, ids, "").estimate,
        fmean(known) if known else None,
        _corrected(name, every, labels),
    )


def _corrected(name: str, said: dict[str, float], labels: Labels) -> Estimate:
    """Correct a run's mean by the answers that people labelled, where that can be done."""
    if not labels.people:
        return UNKNOWN
    known = {id_: worth for id_ in said if (worth := labels.mean((name, id_))) is not None}
    others = [value for id_, value in said.items() if id_ not in known]
    if len(known) < 2 or not others:
        return UNKNOWN
    people = [w if labels.graded else float(is_right(w)) for w in known.values()]
    found = corrected_mean(people, [said[id_] for id_ in known], others)
    # With few labels the normal interval reaches beyond what a share can be.
    value, low, high = (min(max(figure, 0.0), 1.0) for figure in found[:3])
    return Estimate(value, low, high, found.n)


def pairs(judgements: Sequence[Judgement]) -> list[Pair]:
    """Return each two runs that were compared."""
    names = dict.fromkeys(each.runs for each in judgements)
    return [_pair(runs, [j for j in judgements if j.runs == runs]) for runs in names]


def _pair(runs: tuple[str, ...], judgements: Sequence[Judgement]) -> Pair:
    known = [(each.value, each.id) for each in judgements if each.value is not None]
    sides = [each.side for each in judgements if each.value is not None]
    values, ids = [value for value, _ in known], [id_ for _, id_ in known]
    preference = mean_of("preference", values, ids, "").estimate
    counts = sides.count(1), sides.count(0), sides.count(-1)
    return Pair(runs[0], runs[1], *counts, preference)


def compared(judgements: Sequence[Judgement]) -> tuple[list[Compared], float]:
    """Return the runs by their strength, the strongest first, and how readily they tie.

    Two answers to one question are one game, decided by the mean over both orders; a tie where
    these prefer different ones.
    """
    known = [each for each in judgements if each.value is not None]
    names = list(dict.fromkeys(name for each in known for name in each.runs))
    ids = list(dict.fromkeys(each.id for each in known))
    won, tied = np.zeros((2, len(ids), len(names), len(names)))
    for each in known:
        question, (first, second) = ids.index(each.id), map(names.index, each.runs)
        which = each.side
        won[question, first, second] += which == 1
        won[question, second, first] += which == -1
        tied[question, [first, second], [second, first]] += which == 0
    found, nu = strengths(won, tied)
    points = (won + tied / 2).sum(axis=(0, 2)) / (won + won.swapaxes(1, 2) + tied).sum(axis=(0, 2))
    runs = [Compared(*each) for each in zip(names, found, map(float, points), strict=True)]
    return sorted(runs, key=lambda run: -run.strength.value), nu
