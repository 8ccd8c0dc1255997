"""A table for a paper: means and standard deviations over seeds, by method and data set.

The best cell of each column is found, and what the examples do not tell apart from it.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose, nan
from pathlib import Path
from statistics import fmean, stdev

from promptlab.analysis.comparison.by_dataset import name_datasets
from promptlab.analysis.comparison.compare import comparison
from promptlab.analysis.comparison.runs import RunScores, distinct_names, find_runs, read_run
from promptlab.analysis.comparison.variant import count_examples
from promptlab.records.files import section
from promptlab.report.data.factors import UNKNOWN, are_numbers, ordered, varied
from promptlab.report.data.over_seeds import over_seeds
from promptlab.report.data.run_settings import run_settings

ALPHA = 0.05
DATASET, SEED, VARIANT = "dataset", "seed", "variant"

Levels = tuple[str, ...]
"""What a row or a column stands for: the level of each of its settings."""
Where = tuple[Levels, Levels]
"""A cell's row and column."""


@dataclass(frozen=True)
class Cell:
    """The runs that differ in their seeds alone.

    Attributes:
        values: The score of each.
        examples: How many each answered.
        best: None that it is compared with is better; never where it is compared with none.
        together: It is not the best, and not told apart from it.
        holm: The p-value of its difference from the best, after Holm; NaN for the best.
    """

    values: tuple[float, ...]
    examples: int
    best: bool = False
    together: bool = False
    holm: float = nan

    @property
    def mean(self) -> float:
        """Of the runs."""
        return fmean(self.values)

    @property
    def deviation(self) -> float:
        """The standard deviation of the runs, of a sample; NaN for one run."""
        return stdev(self.values) if len(self.values) > 1 else nan


@dataclass(frozen=True)
class PaperTable:
    """Scores by the settings of rows and columns.

    Attributes:
        metric: The score.
        over: What the runs of a cell differ in: `seed`.
        rows: The settings that rows stand for.
        columns: Those of columns.
        lines: The levels of each row.
        heads: The levels of each column.
        cells: Those that there are runs of.
        by_row: The best is found in each row, not in each column.
        notes: What was left out, and why.
    """

    metric: str
    over: Levels
    rows: Levels
    columns: Levels
    lines: tuple[Levels, ...]
    heads: tuple[Levels, ...]
    cells: Mapping[Where, Cell]
    by_row: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Run:
    """A run, with its settings, and with those of them that were meant to matter."""

    scores: RunScores
    told: Mapping[str, str]
    meant: Mapping[str, str]

    def levels(self, keys: Levels) -> Levels:
        return tuple(self.told.get(key, UNKNOWN) for key in keys)


def read_table(
    paths: Iterable[Path | str],
    *,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    over: Sequence[str] = (SEED,),
    metric: str = "accuracy",
) -> PaperTable:
    """Read the runs in these folders, and put those that differ in seeds alone into one cell.

    Args:
        paths: Folders of runs, or of sweeps.
        rows: Settings, by their keys in the config; `dataset`; or `variant`, a run's name. Where
            none is named, what differs between the runs and is no column.
        columns: The same; where none is named, the data sets, or what differs if these are rows.
        over: What is averaged over; `seed` is any setting of that name, such as `ordering.seed`.
        metric: The score.

    Raises:
        FileNotFoundError: there is no run to be found.
        ValueError: no run has the metric, or a setting that is named; or runs would share a cell
            that differ in more than what is averaged over.
    """
    notes: list[str] = []
    runs = [_known(run, tuple(over)) for run in _scored(paths, metric, notes)]
    down, across = _axes(tuple(rows), tuple(columns), runs)
    _check_keys(down, across, tuple(over), runs)
    together: dict[Where, list[_Run]] = {}
    for run in runs:
        together.setdefault((run.levels(down), run.levels(across)), []).append(run)
    for where, members in together.items():
        _check_alike(where, members, down)
    by_row = down == (DATASET,)
    cells: dict[Where, Cell] = {}
    for contest in _contests(together, by_row=by_row):
        cells |= _judged(contest, metric, notes)
    lines, heads = _sorted(line for line, _ in cells), _sorted(head for _, head in cells)
    told = tuple(dict.fromkeys(notes))
    return PaperTable(metric, tuple(over), down, across, lines, heads, cells, by_row, told)


def _scored(paths: Iterable[Path | str], metric: str, notes: list[str]) -> list[RunScores]:
    """Return the finished runs that have the score, each once."""
    read = name_datasets(read_run(folder, metric) for folder in find_runs(paths))
    kept: dict[object, RunScores] = {}
    for run in read:
        notes += run.notes if run.result else [f"{note}, left out" for note in run.notes]
        if run.result and not run.scores:
            notes.append(f"{run.name}: no trial has {metric!r}, left out")
        elif run.result:
            same = kept.setdefault(run.result.get("config_hash") or run.folders, run)
            if same is not run:
                notes.append(f"{run.folders[0]}: the same run as {same.folders[0]}, counted once")
    if not kept:
        known = sorted({name for run in read for name in section(run.result, "config", "metric")})
        there = f"; expected one of {', '.join(known)}" if known else ""
        raise ValueError(f"no finished run has a score {metric!r}{there}: " + "; ".join(notes))
    return list(kept.values())


def _known(run: RunScores, over: Levels) -> _Run:
    told = run_settings(run.result, run.dataset)
    parts = run.name.split(",")
    name = ",".join(part for part in parts if not _is_one_of(over, part.partition("=")[0]))
    told[VARIANT] = name or "default"
    # The name says nothing beside the config, and the place of a file nothing beside its content.
    left_out = {"dataset.path", *([VARIANT] if section(run.result, "config") else [])}
    meant = {
        key: level
        for key, level in told.items()
        if key not in left_out and not _is_one_of(over, key)
    }
    return _Run(run, told, meant)


def _is_one_of(names: Levels, key: str) -> bool:
    """Say whether a key is that of a setting so named, wherever it stands, or is inside it."""
    return any(f".{name}." in f".{key}." for name in names)


def _axes(rows: Levels, columns: Levels, runs: Sequence[_Run]) -> tuple[Levels, Levels]:
    """Return what rows and columns stand for, where one or the other is not said."""
    if DATASET in rows and not columns:
        return rows, _differing(runs, rows) or (VARIANT,)
    across = columns or (DATASET,)
    return rows or _differing(runs, across) or (VARIANT,), across


def _differing(runs: Sequence[_Run], named: Levels) -> Levels:
    """Return what differs beside what is named, and is not decided by it; names come first."""
    levels = varied([run.meant for run in runs], named)
    keys = [key for key in levels if key not in named]
    return tuple(sorted(keys, key=lambda key: are_numbers(levels[key])))


def _check_keys(rows: Levels, columns: Levels, over: Levels, runs: Sequence[_Run]) -> None:
    known = {key for run in runs for key in run.told}
    for key in (*rows, *columns):
        if key not in known:
            like = difflib.get_close_matches(key, known, n=1)
            meant = f"; did you mean {like[0]}?" if like else ""
            raise ValueError(
                f"no run has a setting {key!r}{meant} Expected a key of their config, such as "
                f"selection or selection.k; {DATASET}; or {VARIANT}, for their names"
            )
    twice = set(rows) & set(columns)
    if twice:
        raise ValueError(f"{', '.join(sorted(twice))}: both rows and columns; expected it in one")
    if DATASET in over:
        raise ValueError(f"{DATASET} cannot be averaged over: different examples are no repetition")


def _check_alike(where: Where, members: Sequence[_Run], rows: Levels) -> None:
    """Raise where the runs of a cell differ in more than what is averaged over."""
    differ = varied([run.meant for run in members])
    if differ:
        found = "; ".join(f"{key}: {', '.join(ordered(differ[key]))}" for key in differ)
        first = next(iter(differ))
        raise ValueError(
            f"{_label((*where[0], *where[1]))}: {len(members)} runs that differ in more than seeds "
            f"({found}); make it a row (--rows {','.join((*rows, first))}), average over it "
            f"(--over {SEED},{first}), or name the folders of fewer runs"
        )


def _contests(
    cells: Mapping[Where, Sequence[_Run]], *, by_row: bool
) -> list[dict[Where, Sequence[_Run]]]:
    """Part the cells into those that are compared with each other."""
    contests: dict[object, dict[Where, Sequence[_Run]]] = {}
    for where, runs in cells.items():
        key = where[0] if by_row else (where[1], runs[0].scores.dataset)
        contests.setdefault(key, {})[where] = runs
    return list(contests.values())


def _judged(
    cells: Mapping[Where, Sequence[_Run]], metric: str, notes: list[str]
) -> dict[Where, Cell]:
    """Find the best of some cells, and what is not told apart from it."""
    merged = [over_seeds([run.scores for run in runs]) for runs in cells.values()]
    plain = [
        Cell(tuple(fmean(run.scores.scores.values()) for run in runs), count_examples(run))
        for runs, run in zip(cells.values(), merged, strict=True)
    ]
    if len(plain) == 1:
        return dict(zip(cells, plain, strict=True))
    names = [_label((*line, *head)) for line, head in cells]
    rivals = distinct_names(map(_renamed, merged, names))
    found = comparison(rivals, metric, alpha=ALPHA)
    notes += found.notes
    best, behind = found.variants[0], {pair.b: pair for pair in found.against_best}
    means = {variant.name: variant.mean for variant in found.variants}
    judged = {}
    for where, cell, rival in zip(cells, plain, rivals, strict=True):
        pair = behind.get(rival.name)
        is_best = rival.name == best.name or isclose(means[rival.name], best.mean, abs_tol=1e-12)
        apart = pair is not None and pair.holm < ALPHA and pair.found.difference > 0
        judged[where] = replace(
            cell, best=is_best, together=not is_best and not apart, holm=pair.holm if pair else nan
        )
    return judged


def _renamed(run: RunScores, name: str) -> RunScores:
    return replace(run, name=name)


def _label(levels: Levels) -> str:
    return ", ".join(levels)


def _sorted(levels: Iterable[Levels]) -> tuple[Levels, ...]:
    """Sort rows or columns by one setting after another: numbers by value, names as they come."""
    different = list(dict.fromkeys(levels))
    orders = [ordered(each) for each in zip(*different, strict=True)]
    return tuple(
        sorted(
            different,
            key=lambda each: [order.index(one) for order, one in zip(orders, each, strict=True)],
        )
    )
