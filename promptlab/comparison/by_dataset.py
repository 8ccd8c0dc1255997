"""Runs of different data sets are compared apart."""

from collections.abc import Iterator, Mapping, Sequence

from promptlab.comparison.runs import Run


def by_dataset(runs: Sequence[Run]) -> list[list[Run]]:
    """Part runs by data set, most runs first.

    A run that never said what it was run on goes where it shares the most examples.
    """
    groups: dict[str, list[Run]] = {}
    for run in sorted(runs, key=lambda run: not run.dataset):
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
