"""What came of judging, as plain data: the content of `judge.json`."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from promptlab.analysis.statistics.judges.estimate import Estimate
from promptlab.judge.judgement import Judgement
from promptlab.judge.judging import Judging
from promptlab.judge.labels import Labels, gold_labels
from promptlab.judge.measures import measures
from promptlab.judge.standing import compared, graded, pairs
from promptlab.judge.truth import known
from promptlab.metric.costs import costs
from promptlab.model.price import price_of


def outcome(
    judging: Judging, judgements: Sequence[Judgement], labels: Labels | None = None
) -> dict[str, Any]:
    """Return all that is told of these judgements.

    Args:
        judging: Who judged what.
        judgements: All of them.
        labels: What people say of some answers; None takes the gold answers.

    Raises:
        ValueError: there is no verdict at all.
    """
    asked = [each for each in judgements if each.exchanges or each.error]
    if asked and all(each.value is None for each in asked):
        raise ValueError(
            f"{judging.where}: none of {len(asked)} replies is a verdict: {asked[0].error}"
        )
    runs = judging.everybody
    gold = gold_labels(runs)
    model = str(judging.model.identity.get("name", ""))
    truth = known(runs, labels or gold, judging.judge, model)
    told = [
        {"name": each.name, **plain(each.estimate), "meaning": each.meaning}
        for each in measures(judgements, truth)
    ]
    single = judging.mode == "single"
    standing = _graded(judgements, labels or gold, gold) if single else _compared(judgements)
    return {
        **judging.about,
        "asked": len(asked),
        "measures": told,
        **standing,
        "costs": _costs(judging, judgements),
    }


def _costs(judging: Judging, judgements: Sequence[Judgement]) -> dict[str, Any]:
    """Return what judging took: calls, tokens, and their cost where there is a price."""
    price = price_of(judging.model)
    asked = (exchange for each in judgements for exchange in each.exchanges)
    by_stage = costs(asked, lambda _, prompt, completion: price.of(prompt, completion))
    return {role: spent for roles in by_stage.values() for role, spent in roles.items()}


def _graded(judgements: Sequence[Judgement], labels: Labels, gold: Labels) -> dict[str, Any]:
    return {
        "graded": [
            {
                "name": run.name,
                "grade": plain(run.grade),
                "right": plain(run.right),
                "gold": run.gold,
                "corrected": plain(run.corrected) if run.corrected.n else None,
            }
            for run in graded(judgements, labels, gold)
        ]
    }


def _compared(judgements: Sequence[Judgement]) -> dict[str, Any]:
    runs, ties = compared(judgements)
    return {
        "compared": [
            {"name": run.name, "strength": plain(run.strength), "points": run.points}
            for run in runs
        ],
        "ties": ties,
        "pairs": [
            {**pair._asdict(), "preference": plain(pair.preference)} for pair in pairs(judgements)
        ],
    }


def plain(estimate: Estimate) -> Mapping[str, Any]:
    """Write an estimate; what is not defined is null."""
    values = estimate._asdict()
    return {name: value if isfinite(value) else None for name, value in values.items()}
