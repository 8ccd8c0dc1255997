"""Runs of different data sets are compared apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from promptlab.analysis.comparison.runs import RunScores
from promptlab.analysis.dataset_names import dataset_names


def name_datasets(runs: Iterable[RunScores]) -> list[RunScores]:
    """Name the data sets of runs so that different data have different names."""
    runs = list(runs)
    names = dataset_names(run.result for run in runs)
    return [
        replace(run, dataset=name or run.dataset) for run, name in zip(runs, names, strict=True)
    ]


def group_by_dataset(runs: Sequence[RunScores]) -> list[list[RunScores]]:
    """Group runs by data set, most runs first.

    A run that does not name its data set joins those it shares the most examples with.
    """
    groups: dict[str, list[RunScores]] = {}
    for run in sorted(name_datasets(runs), key=lambda run: not run.dataset):
        dataset = run.dataset or _nearest(run, groups)
        groups.setdefault(dataset, []).append(run)
    return sorted(groups.values(), key=len, reverse=True)


def _nearest(run: RunScores, groups: Mapping[str, Sequence[RunScores]]) -> str:
    shared = {
        dataset: max(len(run.scores.keys() & other.scores.keys()) for other in note_others)
        for dataset, note_others in groups.items()
    }
    best = max(shared, key=lambda dataset: shared[dataset], default="")
    return best if shared.get(best) else ""


def note_others(group: Sequence[RunScores], groups: Sequence[Sequence[RunScores]]) -> Iterator[str]:
    """Note the runs that are not in a group."""
    for other in groups:
        if other is not group:
            name = other[0].dataset or "an unknown data set"
            yield f"{', '.join(run.name for run in other)}: run on {name}, compared apart"
