"""The scores of several runs on the examples that all of them have, as one table."""

from collections.abc import Sequence
from statistics import fmean

from promptlab.analysis.comparison.runs import RunScores


def common(runs: Sequence[RunScores]) -> list[list[float]]:
    """Return a row for each run and a column for each example; repeated answers are averaged."""
    means = [_by_example(run) for run in runs]
    shared = sorted(frozenset(means[0]).intersection(*means[1:])) if means else []
    return [[scores[key] for key in shared] for scores in means]


def _by_example(run: RunScores) -> dict[tuple[str, str], float]:
    scores: dict[tuple[str, str], list[float]] = {}
    for key, score in run.scores.items():
        scores.setdefault((key.id, key.text), []).append(score)
    return {key: fmean(values) for key, values in scores.items()}
