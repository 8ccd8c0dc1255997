"""What a judge's grades are worth: agreement, and its leanings.

Length bias and self-preference are those of Zheng et al., Judging LLM-as-a-Judge with MT-Bench and
Chatbot Arena, 2023. A leaning is 0 for a judge who has none.
"""

from collections.abc import Iterator, Sequence
from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from promptlab.analysis.statistics.judges.alpha import Level, alpha
from promptlab.analysis.statistics.judges.estimate import Rows, of_rows, of_sums
from promptlab.analysis.statistics.judges.kappa import kappa
from promptlab.judge.judgement import Judgement
from promptlab.judge.labels import Labels
from promptlab.judge.measure import Measure, is_right, mean_of
from promptlab.judge.truth import Truth
from promptlab.metric.confidence.auroc import auroc

Floats = NDArray[np.float64]
UNKNOWN = -1.0


class _Row(NamedTuple):
    """A graded answer."""

    id: str
    value: float
    truth: float | None
    length: int
    own: bool


def of_grades(judgements: Sequence[Judgement], truth: Truth) -> Iterator[Measure]:
    """Measure grades; those that nobody was asked about say nothing of the judge.

    Args:
        judgements: Each of one answer.
        truth: What is known of the answers.
    """
    rows = [
        _Row(
            each.id,
            each.value,
            truth.labels.mean(answer),
            truth.lengths[answer],
            answer[0] in truth.own,
        )
        for each in judgements
        if each.exchanges and each.value is not None and (answer := (each.runs[0], each.id))
    ]
    known = [row for row in rows if row.truth is not None]
    yield from _agreement(known, truth)
    yield from _among_people(truth.labels)
    yield _length_bias(known or rows)
    yield _self_preference(known)


def _agreement(rows: Sequence[_Row], truth: Truth) -> Iterator[Measure]:
    ids, said = [row.id for row in rows], [row.value for row in rows]
    worth = [row.truth or 0.0 for row in rows]
    classes = [[int(is_right(value)) for value in some] for some in (said, worth)]
    if truth.labels.graded:
        grades = [[round(value * (truth.grades - 1)) for value in some] for some in (said, worth)]
        agreed = kappa(grades[0], grades[1], ids, weighted=True)
        yield Measure("kappa", agreed, f"with {truth.whom}, quadratic weights (Cohen, 1968)")
        both = alpha(_table(said, worth), "interval", ids)
    else:
        agreed = kappa(classes[0], classes[1], ids)
        yield Measure("kappa", agreed, f"with {truth.whom}, beyond chance (Cohen, 1960)")
        both = alpha(_table(*classes), "nominal", ids)
    yield Measure("alpha", both, f"with {truth.whom} (Krippendorff, 2011)")
    yield _auroc(said, classes[1], ids)
    same = [float(a == b) for a, b in zip(*classes, strict=True)]
    yield mean_of("agreement", same, ids, f"share on which it and {truth.whom} say right or wrong")


def _auroc(said: Sequence[float], right: Sequence[int], ids: Sequence[str]) -> Measure:
    """Say whether grades tell right from wrong, wherever on the scale they may lie."""
    came = [bool(each) for each in right]

    def figure(rows: Rows) -> float:
        found = auroc([said[row] for row in rows], [came[row] for row in rows])
        return nan if found is None else found

    found = of_rows(figure, len(ids), ids)
    meaning = "how often a right answer is graded above a wrong one; 0.5 is chance"
    return Measure("auroc", found, meaning)


def _among_people(labels: Labels) -> Iterator[Measure]:
    raters = sorted({rater for given in labels.values.values() for rater in given})
    if len(raters) > 1:
        table = [[given.get(rater, nan) for rater in raters] for given in labels.values.values()]
        level: Level = "interval" if labels.graded else "nominal"
        found = alpha(np.array(table), level, [id_ for _, id_ in labels.values])
        yield Measure("alpha_people", found, "among the people themselves (Krippendorff, 2011)")


def _length_bias(rows: Sequence[_Row]) -> Measure:
    """Correlate grade and length among answers that are equally right."""
    worth = [UNKNOWN if row.truth is None else row.truth for row in rows]
    table = _table([row.value for row in rows], [row.length for row in rows], worth)
    found = of_rows(lambda some: _within(table[some]), len(rows), [row.id for row in rows])
    meaning = "rank correlation of grade and length among answers that are equally right"
    return Measure("length_bias", found, meaning)


def _self_preference(rows: Sequence[_Row]) -> Measure:
    """Compare what its own model's answers and others' are graded that are equally right."""
    worths = sorted({row.truth or 0.0 for row in rows})
    parts = np.zeros((len(rows), len(worths), 4))
    for number, row in enumerate(rows):
        columns = (0, 1) if row.own else (2, 3)
        parts[number, worths.index(row.truth or 0.0), columns] = row.value, 1
    both = len({row.own for row in rows}) > 1
    flat = parts.reshape(len(rows), -1) if both else np.zeros((0, 4))
    found = of_sums(_lead, flat, [row.id for row in rows])
    meaning = "how much higher its own model's answers are graded than others that are as right"
    return Measure("self_preference", found, meaning)


def _table(*columns: Sequence[float]) -> Floats:
    return np.array(columns, dtype=np.float64).T


def _within(table: Floats) -> float:
    """Correlate the ranks of grade and length, each less its mean among the equally right."""
    ranks = [rankdata(table[:, 0]), rankdata(table[:, 1])]
    for worth in np.unique(table[:, 2]):
        same = table[:, 2] == worth
        for rank in ranks:
            rank[same] -= rank[same].mean()
    spread = float(np.sqrt(np.square(ranks[0]).sum() * np.square(ranks[1]).sum()))
    return float(ranks[0] @ ranks[1]) / spread if spread > 0 else nan


def _lead(sums: Floats) -> Floats:
    """Return by how much the first mean of each worth leads the second, where there are both."""
    own, n_own, other, n_other = np.moveaxis(sums.reshape(len(sums), -1, 4), 2, 0)
    weight = np.where(n_own * n_other > 0, n_own * n_other / (n_own + n_other), 0.0)
    lead = np.where(weight > 0, own / n_own - other / n_other, 0.0)
    found: Floats = (weight * lead).sum(axis=1) / weight.sum(axis=1)
    return found
