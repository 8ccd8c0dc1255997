"""A table for a paper: means and standard deviations over seeds, by method and data set.

Runs that differ in seeds alone share a cell; those that differ in more are refused.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from promptlab.analysis.comparison.by_dataset import name_datasets
from promptlab.analysis.comparison.runs import RunScores, read_run
from promptlab.records.files import section
from promptlab.records.runs import find_runs
from promptlab.report.data.reading.factors import UNKNOWN, are_numbers, ordered, stages, varied
from promptlab.report.data.reading.run_settings import run_settings
from promptlab.report.paper.paper_cell import Cell, judged

DATASET, SEED, VARIANT = "dataset", "seed", "variant"

Levels = tuple[str, ...]
"""What a row or a column stands for: the level of each of its settings."""
Where = tuple[Levels, Levels]
"""A cell's row and column."""


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
        worst: The lowest run of each cell is shown, too.
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
    worst: bool = False


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
        _check_alike(where, members, down, tuple(over))
    by_row = down == (DATASET,)
    cells: dict[Where, Cell] = {}
    for contest in _contests(together, by_row=by_row):
        names = [_label((*line, *head)) for line, head in contest]
        found = judged(list(contest.values()), names, metric, notes)
        cells |= zip(contest, found, strict=True)
    lines, heads = _sorted(line for line, _ in cells), _sorted(head for _, head in cells)
    told = tuple(dict.fromkeys(notes))
    return PaperTable(metric, tuple(over), down, across, lines, heads, cells, by_row, told)


def _scored(paths: Iterable[Path | str], metric: str, notes: list[str]) -> list[RunScores]:
    """Return the finished runs that have the score, each once."""
    folders = {folder.resolve(): folder for folder in find_runs(paths)}
    read = name_datasets(read_run(folder, metric) for folder in folders.values())
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
    meant = [run.meant for run in runs]
    levels = varied(meant, (*named, *stages(meant)))
    keys = [key for key in levels if key not in named]
    return tuple(sorted(keys, key=lambda key: are_numbers(levels[key])))


def _check_keys(rows: Levels, columns: Levels, over: Levels, runs: Sequence[_Run]) -> None:
    known = {key for run in runs for key in run.told}
    for key in (*rows, *columns):
        if key not in known:
            like = difflib.get_close_matches(key, known, n=1)
            meant = f"; did you mean {like[0]}?" if like else "."
            raise ValueError(
                f"no run has a setting {key!r}{meant} Expected a key of their config, such as "
                f"selection or selection.k; {DATASET}; or {VARIANT}, for their names"
            )
    twice = set(rows) & set(columns)
    if twice:
        raise ValueError(f"{', '.join(sorted(twice))}: both rows and columns; expected it in one")
    if DATASET in over:
        raise ValueError(f"{DATASET} cannot be averaged over: different examples are no repetition")


def _check_alike(where: Where, members: Sequence[_Run], rows: Levels, over: Levels) -> None:
    """Raise where the runs of a cell differ in more than what is averaged over."""
    differ = varied([run.meant for run in members])
    if not differ:
        return
    cell, first = _label((*where[0], *where[1])), next(iter(differ))
    found = "; ".join(f"{key}: {', '.join(ordered(differ[key]))}" for key in differ)
    raise ValueError(
        f"{cell}: {len(members)} runs that differ in more than {_label(over)} ({found}); make it a "
        f"row (--rows {','.join((*rows, first))}), average over it "
        f"(--over {','.join((*over, first))}), or name the folders of fewer runs"
    )


def _contests(
    together: Mapping[Where, Sequence[_Run]], *, by_row: bool
) -> list[dict[Where, list[RunScores]]]:
    """Part the cells into those that are compared with each other."""
    contests: dict[object, dict[Where, list[RunScores]]] = {}
    for where, members in together.items():
        runs = [run.scores for run in members]
        key = where[0] if by_row else (where[1], runs[0].dataset)
        contests.setdefault(key, {})[where] = runs
    return list(contests.values())


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
