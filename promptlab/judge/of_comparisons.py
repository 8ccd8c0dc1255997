"""What a judge's comparisons are worth: agreement, and its leanings.

Position bias, length bias and self-preference are those of Zheng et al., Judging LLM-as-a-Judge
with MT-Bench and Chatbot Arena, 2023. A leaning is 0 for a judge who has none, and 0.5 for one who
goes by nothing else.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from promptlab.analysis.statistics.judges.kappa import kappa
from promptlab.judge.judgement import Judgement, side
from promptlab.judge.measure import Measure, mean_of
from promptlab.judge.truth import Truth


class _Row(NamedTuple):
    """A comparison: what the judge prefers, what is better, and what else tells the two apart."""

    id: str
    forward: float
    backward: float
    side: int
    truth: float | None
    longer: int
    own: int

    @property
    def value(self) -> float:
        """How much the first is preferred, over both orders."""
        return (self.forward + self.backward) / 2


def of_comparisons(judgements: Sequence[Judgement], truth: Truth) -> Iterator[Measure]:
    """Measure comparisons; those that nobody was asked about say nothing of the judge."""
    rows = [_row(each, truth) for each in judgements if each.exchanges and each.value is not None]
    yield from _agreement([row for row in rows if row.truth is not None], truth.whom)
    yield from _position(rows)
    yield _length_bias(rows)
    yield _self_preference(rows)


def _row(judgement: Judgement, truth: Truth) -> _Row:
    forward, backward = (mean or 0.0 for mean in judgement.means)
    answers = [(run, judgement.id) for run in judgement.runs]
    first, second = map(truth.labels.mean, answers)
    better = None if first is None or second is None else (1 + first - second) / 2
    lengths = [truth.lengths[answer] for answer in answers]
    longer = (lengths[0] > lengths[1]) - (lengths[0] < lengths[1])
    own = [run in truth.own for run in judgement.runs]
    return _Row(judgement.id, forward, backward, judgement.side, better, longer, own[0] - own[1])


def _agreement(rows: Sequence[_Row], whom: str) -> Iterator[Measure]:
    said, better = [row.side for row in rows], [side(row.truth or 0.0) for row in rows]
    ids = [row.id for row in rows]
    agreed = kappa(said, better, ids)
    yield Measure("kappa", agreed, f"with {whom} on which is better, if any (Cohen, 1960)")
    apart = [
        (float(one == other) if one else 0.5, id_)
        for one, other, id_ in zip(said, better, ids, strict=True)
        if other
    ]
    meaning = f"share of right preferences where {whom} have one; none counts half"
    yield mean_of("agreement", [score for score, _ in apart], [id_ for _, id_ in apart], meaning)


def _position(rows: Sequence[_Row]) -> Iterator[Measure]:
    ids = [row.id for row in rows]
    leanings = [(row.forward - row.backward) / 2 for row in rows]
    meaning = "how much the answer that is shown first is preferred"
    yield mean_of("position_bias", leanings, ids, meaning)
    turned = [float(side(row.forward) * side(row.backward) == -1) for row in rows]
    meaning = "share of verdicts that turn round when the answers change places"
    yield mean_of("turned", turned, ids, meaning)


def _length_bias(rows: Sequence[_Row]) -> Measure:
    apart = [row for row in rows if row.longer and row.truth in (None, 0.5)]
    leanings = [row.longer * (row.value - 0.5) for row in apart]
    meaning = "how much the longer of two equally right answers is preferred"
    return mean_of("length_bias", leanings, [row.id for row in apart], meaning)


def _self_preference(rows: Sequence[_Row]) -> Measure:
    apart = [row for row in rows if row.own and row.truth in (None, 0.5)]
    leanings = [row.own * (row.value - 0.5) for row in apart]
    meaning = "how much its own model's answers are preferred to others that are as right"
    return mean_of("self_preference", leanings, [row.id for row in apart], meaning)
