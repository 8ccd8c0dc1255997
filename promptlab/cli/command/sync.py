"""Fill an MLflow store from the records of runs; runs it already has stay as they are."""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from promptlab.cli.console import waiting, width
from promptlab.records.runs import find_runs
from promptlab.report.sweep_mark import marks
from promptlab.report.terminal import noted
from promptlab.text.escaping import in_line
from promptlab.tracking.mlflow.environment import prepare
from promptlab.tracking.mlflow.location import locate
from promptlab.tracking.mlflow.traces.sample import TraceCount, parse_count
from promptlab.tracking.mlflow.tracking import MLflow

if TYPE_CHECKING:
    from promptlab.tracking.mlflow.store import MlflowStore


def sync(arguments: Sequence[str]) -> None:
    """Write the runs in some folders to a store, and print a summary."""
    options = _options(arguments)
    console = Console(width=width(), highlight=False, emoji=False)
    folders = find_runs(options.paths or ["outputs"])
    traces = None if options.traces is None else parse_count(options.traces)
    outcomes = sync_runs(folders, options.uri, options.experiment, traces, console)
    if outcomes["written"]:
        with waiting(console, "Writing the sweeps' leaderboards and figures …"):
            outcomes["sweeps written"] = sync_sweeps(folders, options.uri, options.experiment)
    counts = ", ".join(f"{count} {what}" for what, count in outcomes.items())
    console.print(Text(f"{len(folders)} runs: {counts}"))


def sync_runs(
    folders: Sequence[Path], uri: str, experiment: str, traces: TraceCount | None, console: Console
) -> Counter[str]:
    """Write runs to a store; return how often what was done.

    Args:
        folders: Of the runs.
        uri: The store; empty for the one that a run in this folder would write to.
        experiment: MLflow's experiment; empty for the one that each run's config names.
        traces: How many examples are shown step by step; None: as each run's config says.
        console: Where unreadable records are reported.
    """
    prepare()
    from promptlab.tracking.mlflow.sync import read, refill  # noqa: PLC0415  MLflow takes two seconds

    outcomes: Counter[str] = Counter()
    store = cache(partial(_open_store, uri))
    with _bar(len(folders), console) as (begin, advance):
        for folder in folders:
            run = read(folder)
            for note in run.notes:
                console.print(noted(note), soft_wrap=True)
            tracking = run.config.get("tracking") or {}
            count = parse_count(tracking.get("traces", 100)) if traces is None else traces
            begin(str(folder), len(run.trials) if count == "all" else min(count, len(run.trials)))
            name = experiment or str(tracking.get("experiment") or "promptlab")
            outcomes[refill(store(name), run, traces, advance)] += 1
    return outcomes


def sync_sweeps(folders: Sequence[Path], uri: str, experiment: str) -> int:
    """Write the sweeps' own runs, each from those of its variants that are here; count them."""
    from promptlab.report.data.standings import read_standings  # noqa: PLC0415  scipy
    from promptlab.report.sweep_run import log_sweep  # noqa: PLC0415  MLflow, matplotlib

    present = set(map(Path.absolute, folders))
    count = 0
    for mark, runs in marks(folders):
        members = [run for run in runs if run in present]
        if members:
            tracking = MLflow(uri, experiment or mark.experiment or "promptlab", mark.sweep)
            log_sweep(read_standings(members), tracking, mark.command)
            count += 1
    return count


def _open_store(uri: str, experiment: str) -> "MlflowStore":
    from promptlab.tracking.mlflow.store import open_store  # noqa: PLC0415  MLflow takes two seconds

    try:
        return open_store(uri, experiment)
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:240]
        raise OSError(
            f"the store {locate(uri)} cannot be opened ({reason}). Say with --uri or "
            "MLFLOW_TRACKING_URI where it is, and see that its server runs"
        ) from error


@contextmanager
def _bar(
    total: int, console: Console
) -> Iterator[tuple[Callable[[str, int], None], Callable[[int], None]]]:
    """Show a bar over the traces of each run.

    Yields two callbacks: one for the start of a run, with its name and number of traces, and one
    for the number of traces just written.
    """
    columns = (
        SpinnerColumn(),
        TextColumn("run {task.fields[number]} of {task.fields[runs]}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("traces"),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, number=0, runs=total)
        numbers = iter(range(1, total + 1))

        def begin(name: str, traces: int) -> None:
            fields: dict[str, Any] = {
                "number": next(numbers),
                "runs": total,
            }  # a reset forgets them
            bar.reset(task, total=traces, description=in_line(name), **fields)

        def advance(count: int) -> None:
            bar.advance(task, count)

        yield begin, advance


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("promptlab sync", description=__doc__)
    parser.add_argument(
        "paths", nargs="*", metavar="FOLDER", help="folders of runs, or of many (outputs)"
    )
    parser.add_argument(
        "--uri", default="", help="the store, or a server (MLFLOW_TRACKING_URI, ./mlflow.db)"
    )
    parser.add_argument(
        "--experiment", default="", help="MLflow's experiment (the one in each run's config)"
    )
    parser.add_argument(
        "--traces",
        metavar="N",
        help="how many examples of a run are shown step by step, or all (as in each run's config)",
    )
    return parser.parse_args(arguments)
