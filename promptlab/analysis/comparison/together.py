"""Several runs of one variant as one: every score is kept, by what tells the runs apart."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from statistics import fmean

from promptlab.analysis.comparison.runs import Repeat, RunScores
from promptlab.types import digest


def take_together(name: str, runs: Mapping[str, RunScores]) -> RunScores:
    """Make one of several runs.

    Args:
        name: Its name.
        runs: By what tells them apart.
    """
    first = next(iter(runs.values()))
    return replace(
        first,
        name=name,
        folders=tuple(folder for run in runs.values() for folder in run.folders),
        scores={
            key._replace(occurrence=f"{label} {key.occurrence}"): score
            for label, run in runs.items()
            for key, score in run.scores.items()
        },
        outcomes=sum((Counter(run.outcomes) for run in runs.values()), Counter[str]()),
        result={},
        notes=tuple(note for run in runs.values() for note in run.notes),
        asked=_of_all(run.asked for run in runs.values()),
        answered=_of_all(run.answered for run in runs.values()),
        understood=_of_all(run.understood for run in runs.values()),
        repeats=tuple(Repeat(label, fmean(run.scores.values())) for label, run in runs.items()),
    )


def _of_all(digests: Iterable[str]) -> str:
    """Name what all runs have in common, in whichever order; empty where one does not tell."""
    every = sorted(digests)
    return digest(every) if all(every) else ""
