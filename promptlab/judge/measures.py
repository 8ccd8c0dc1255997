"""All that a judge is measured by: agreement, leanings, consistency, and replies that are none."""

from collections.abc import Iterator, Sequence
from math import nan

import numpy as np

from promptlab.analysis.statistics.judges.alpha import alpha
from promptlab.judge.judgement import Judgement, side
from promptlab.judge.measure import Measure, mean_of
from promptlab.judge.of_comparisons import of_comparisons
from promptlab.judge.of_grades import of_grades
from promptlab.judge.truth import Truth


def measures(judgements: Sequence[Judgement], truth: Truth) -> list[Measure]:
    """Return all measures that can be had of these judgements, which are of one kind."""
    paired = any(len(each.runs) == 2 for each in judgements)
    own = (of_comparisons if paired else of_grades)(judgements, truth)
    asked = [each for each in judgements if each.exchanges]
    every = (*own, *_consistency(asked), _without_verdict(asked))
    return [measure for measure in every if measure.estimate.n]


def _consistency(judgements: Sequence[Judgement]) -> Iterator[Measure]:
    rows = [(some, each.id) for each in judgements for some in each.verdicts if len(some) > 1]
    if not rows:
        return
    ids = [id_ for _, id_ in rows]
    most = max(len(some) for some, _ in rows)
    values = [[nan if value is None else value for value in some] for some, _ in rows]
    table = np.array([some + [nan] * (most - len(some)) for some in values])
    found = alpha(table, "interval", ids)
    yield Measure("consistency", found, "agreement of its repeats (Krippendorff, 2011)")
    sides = [{None if value is None else side(value) for value in some} for some, _ in rows]
    same = [float(len(said) == 1) for said in sides]
    meaning = "share of which all repeats are on the same side of the middle"
    yield mean_of("same", same, ids, meaning)


def _without_verdict(judgements: Sequence[Judgement]) -> Measure:
    replies = [(value, j.id) for j in judgements for some in j.verdicts for value in some]
    missing = [float(value is None) for value, _ in replies]
    ids = [id_ for _, id_ in replies]
    return mean_of("no_verdict", missing, ids, "share of replies that are no verdict")
