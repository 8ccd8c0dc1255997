"""Runs that differ in their seeds alone, taken together: each example's score is its mean."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from promptlab.analysis.comparison.key import Key
from promptlab.analysis.comparison.runs import RunScores


def over_seeds(runs: Sequence[RunScores]) -> RunScores:
    """Average the scores of each example over all of its answers.

    Answers to one example are no independent examples: compared by these means, they count as
    one, with however many seeds either side was run.
    """
    scores: dict[Key, list[float]] = {}
    for run in runs:
        for key, score in run.scores.items():
            scores.setdefault(Key(key.id, key.text, ""), []).append(score)
    means = {key: fmean(several) for key, several in scores.items()}
    folders = tuple(folder for run in runs for folder in run.folders)
    return replace(runs[0], folders=folders, scores=means)
