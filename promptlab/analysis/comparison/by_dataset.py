"""Runs of different data sets are compared apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from promptlab.analysis.comparison.runs import Run
from promptlab.analysis.dataset_names import dataset_names


def told_apart(runs: Iterable[Run]) -> list[Run]:
    """Name the data sets of runs so that different data have different names."""
    runs = list(runs)
    names = dataset_names(run.result for run in runs)
    return [
        replace(run, dataset=name or run.dataset) for run, name in zip(runs, names, strict=True)
    ]


def by_dataset(runs: Sequence[Run]) -> list[list[Run]]:
    """Part runs by data set, most runs first.

    A run that never said what it was run on goes where it shares the most examples.
    """
    groups: dict[str, list[Run]] = {}
    for run in sorted(told_apart(runs), key=lambda run: not run.dataset):
        dataset = run.dataset or _nearest(run, groups)
        groups.setdefault(dataset, []).append(run)
    return sorted(groups.values(), key=len, reverse=True)


def _nearest(run: Run, groups: Mapping[str, Sequence[Run]]) -> str:
    shared = {
        dataset: max(len(run.scores.keys() & other.scores.keys()) for other in others)
        for dataset, others in groups.items()
    }
    best = max(shared, key=lambda dataset: shared[dataset], default="")
    return best if shared.get(best) else ""


def others(group: Sequence[Run], groups: Sequence[Sequence[Run]]) -> Iterator[str]:
    """Note the runs that are not in a group."""
    for other in groups:
        if other is not group:
            name = other[0].dataset or "an unknown data set"
            yield f"{', '.join(run.name for run in other)}: run on {name}, compared apart"
