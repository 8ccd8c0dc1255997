"""The end of a run: the leaderboard, its conclusions, and in MLflow a sweep's own run."""

import os
import shlex
import shutil
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from promptlab.cli.config.nearest import nearest
from promptlab.cli.console import waiting
from promptlab.metric.slices import lines
from promptlab.metric.summary import unscored
from promptlab.protocols import Tracking
from promptlab.records.files import read_trials, section
from promptlab.report.leaderboard import leaderboard
from promptlab.report.rank import Rank, figures
from promptlab.report.sweep_mark import Mark, mark, state, written
from promptlab.text.escaping import in_line
from promptlab.tracking.mlflow.tracking import MLflow

if TYPE_CHECKING:
    from promptlab.report.data.standings import Standings

SENTENCES = 3
"""Comparisons printed for each data set, after its summary."""
SEEDED = 10
"""Variants whose seeds are told."""
PROMPT = 10
"""Lines of the winner's prompt."""
FAILURES = 3
"""Questions named that could not be answered."""
STANDARD = ("accuracy", "exact_match")
"""Metrics that every run has."""
LETTERED = 26
"""Variants up to which significance letters are shown."""


@dataclass(frozen=True)
class FinishedVariant:
    """A finished variant; `tracking`, and the score to `rank` by, are the current command's."""

    folder: Path
    result: Mapping[str, Any]
    tracking: Tracking | None = None
    rank: str = ""


def conclude(finished: Sequence[FinishedVariant], console: Console, *, sweep: str = "") -> None:
    """Print the leaderboard and its conclusions; give a sweep its own run in MLflow.

    Args:
        finished: The variants.
        console: Where to print.
        sweep: The tag of the sweep that they are all of; empty where they are not.
    """
    with waiting(console, "Comparing the variants, example by example …"):
        sweeps = _compare(finished) if sweep or len(finished) > 1 else ()
    rows = _rows(finished, sweeps)
    board = leaderboard(
        [result for result, _ in rows],
        [letters for _, letters in rows] if _lettered(sweeps) else [],
        console.width,
        _metric(finished) or "accuracy",
        _ranked_by_less(finished),
    )
    console.print(board)
    for note in (
        *_failures(finished),
        *_unscored(finished),
        *_silent(finished),
        *_slices(finished),
    ):
        console.print(note)
    several = [item for item in sweeps if len(item.comparison.runs) > 1]
    for item in several:
        _print_comparison(item, console, titled=len(sweeps) > 1)
    _print_verdicts(several, console)
    tag = shown = ""
    if sweep and sweeps:
        with waiting(console, "Writing the leaderboard and its figures to MLflow …"):
            shown = _track(sweeps, finished)
            tag = shown or _noted(finished, sweep)
    python = running_python()
    if sweeps:
        what = shlex.quote(tag or _relative_folder(finished))
        _advise(console, "One page with every example", f"{python} -m promptlab report {what}")
        for item in sweeps:
            of = f" --dataset {shlex.quote(item.title)}" if len(sweeps) > 1 else ""
            export = f"{python} -m promptlab export {what}{of} --out winner"
            _advise(console, "The winner, for a program of yours", export)
    if any(isinstance(item.tracking, MLflow) for item in finished):
        of = f" {shlex.quote(shown)}" if shown else ""
        _advise(console, "Every prompt and score, side by side", f"{python} -m promptlab ui{of}")


def _slices(finished: Sequence[FinishedVariant]) -> Iterator[Text]:
    """Say how each slice did that was asked for."""
    score = _metric(finished) or "accuracy"
    for item in finished:
        name = f"{item.result['name']}: " if len(finished) > 1 else ""
        for line in lines(item.result.get("slices", {}), score):
            yield Text(in_line(name + line))


def _failures(finished: Sequence[FinishedVariant]) -> Iterator[Text]:
    """Say which questions could not be answered, and why: the first few of each variant."""
    for item in finished:
        count = int(item.result["metrics"].get("failed", 0))
        trials = read_trials(item.folder) if count else []
        reasons = [
            f"{trial['id']}: {trial.get('error', '')}"
            for trial in trials
            if trial["outcome"] == "failed"
        ]
        if count:
            more = f" (and {count - FAILURES} more)" if count > FAILURES else ""
            told = (
                f"{count} of {len(trials)} questions failed: {'; '.join(reasons[:FAILURES])}{more}"
            )
            name = f"{item.result['name']}: " if len(finished) > 1 else ""
            yield Text.assemble(("note: ", "yellow"), in_line(name + told))


def _unscored(finished: Sequence[FinishedVariant]) -> Iterator[Text]:
    """Say which metric could not score some answers, and why: the first of each variant."""
    for item in finished:
        for metric in item.result["config"].get("metric") or {}:
            count = item.result["metrics"].get(f"{metric}_missing", 0)
            trials, begins = read_trials(item.folder) if count else [], unscored(metric)
            told = (each for each in trials if each.get("error", "").startswith(begins))
            for first in islice(told, 1):
                name = f"{item.result['name']}: " if len(finished) > 1 else ""
                said = f"{metric} has no score of {count} of {len(trials)} answers: {first['id']}: "
                why = first["error"].removeprefix(begins)
                yield Text.assemble(("note: ", "yellow"), in_line(name + said + why))


def _silent(finished: Sequence[FinishedVariant]) -> Iterator[Text]:
    """Say which metrics scored nothing of a run, where the accuracy is all it has."""
    for item in finished:
        metrics = item.result["config"].get("metric") or {}
        others = [m for m in metrics if f"{m}_missing" not in item.result["metrics"]]
        others = [m for m in others if m not in STANDARD]
        trials = read_trials(item.folder) if others else []
        if trials and all({*section(trial, "scores")} <= {*STANDARD} for trial in trials):
            name = f"{item.result['name']}: " if len(finished) > 1 else ""
            said = f"{name}{', '.join(others)} scored none of {len(trials)} answers: what is asked "
            said += "or how it is answered has nothing of what that reads (see docs/metrics.md)"
            yield Text.assemble(("note: ", "yellow"), in_line(said))


def _advise(console: Console, what: str, command: str) -> None:
    console.print(Text.assemble(f"{what}: ", (in_line(command), "bold")))


def running_python() -> str:
    """Say how this Python is called from here: by its path where the shell knows another."""
    running = Path(sys.executable)
    if shutil.which("python") == str(running):
        return "python"
    here = Path.cwd()
    return str(running.relative_to(here) if running.is_relative_to(here) else running)


def _compare(finished: Sequence[FinishedVariant]) -> "Sequence[Standings]":
    """Compare the variants of each data set, where they have a score."""
    metric = _metric(finished)
    if not metric:
        return ()
    from promptlab.report.data.standings import read_standings  # noqa: PLC0415  a single run needs no scipy

    try:
        return read_standings([variant.folder for variant in finished], metric=metric)
    except (ValueError, OSError) as error:
        warnings.warn(f"the variants cannot be compared: {error}", RuntimeWarning, stacklevel=2)
        return ()


def _metric(finished: Sequence[FinishedVariant]) -> str:
    """Choose the score that was asked for, or accuracy, or else the first that there is.

    Where less is better, that ranks the leaderboard; what is compared is still a score.
    """
    scores = {name for item in finished for name in item.result["metrics"]}
    by = _rank(finished)
    rank = "" if by is None or by.less else by.name
    metrics = (item.result["config"].get("metric", {}) for item in finished)
    names = dict.fromkeys(
        (rank, "accuracy", "passed", *(name for item in metrics for name in item))
    )
    return next((name for name in names if name in scores), "")


def _ranked_by_less(finished: Sequence[FinishedVariant]) -> Rank | None:
    by = _rank(finished)
    return by if by and by.less else None


def _rank(finished: Sequence[FinishedVariant]) -> Rank | None:
    """Return what was asked to rank by.

    Raises:
        ValueError: no variant has it.
    """
    text = next((item.rank for item in finished if item.rank), "")
    if not text:
        return None
    rank, there = Rank.of(text), {name for item in finished for name in figures(item.result)}
    if rank.name not in there:
        near = nearest(rank.name, there)
        raise ValueError(f"rank={text}: no variant has such a score or cost; {near}")
    return rank


def _rows(
    finished: Sequence[FinishedVariant], sweeps: "Sequence[Standings]"
) -> list[tuple[Mapping[str, Any], str]]:
    """Return the rows of the leaderboard: those that asked the same once, seeds together."""
    if not sweeps:
        return [(item.result, "") for item in finished]
    from promptlab.report.grouped import grouped  # noqa: PLC0415  imported by now

    return grouped({item.folder: item.result for item in finished}, sweeps)


def _lettered(sweeps: "Sequence[Standings]") -> bool:
    """Say whether there are significance letters, and few enough to be read."""
    return bool(sweeps) and max(len(sweep.variants) for sweep in sweeps) <= LETTERED


def _print_verdicts(sweeps: "Sequence[Standings]", console: Console) -> None:
    """Print of each data set which prompt, and how sure that is."""
    if sweeps:
        from promptlab.report.terminal import conclude as print_verdict  # noqa: PLC0415  likewise

        for sweep in sweeps:
            console.print()
            print_verdict(sweep, console, PROMPT)
        console.print()


def _print_comparison(sweep: "Standings", console: Console, *, titled: bool) -> None:
    """Print which variants differ, and which cannot be told apart."""
    from promptlab.report.data.summary import summary  # noqa: PLC0415  likewise
    from promptlab.report.data.views.seeds import over_seeds_sentence  # noqa: PLC0415  imported by now
    from promptlab.report.terminal import compared, noted  # noqa: PLC0415  likewise

    first, *others = summary(sweep)
    title = (f"{in_line(sweep.title)}: ", "bold") if titled else ""
    console.print(Text.assemble(title, in_line(first)))
    seeds = [over_seeds_sentence(each) for each in sweep.variants if each.run.repeats]
    for sentence in (*seeds[:SEEDED], *others, *compared(sweep, SENTENCES)):
        console.print(Text(f"• {in_line(sentence)}"))
    for note in sweep.comparison.notes:
        if not note.endswith("compared apart"):
            console.print(noted(note))


def _track(sweeps: "Sequence[Standings]", finished: Sequence[FinishedVariant]) -> str:
    """Write the sweep's own run, and return its tag; an error becomes a warning."""
    tracking = finished[-1].tracking
    if not isinstance(tracking, MLflow) or not tracking.sweep:
        return ""
    folder, now = _common(finished), state([variant.result for variant in finished], tracking)
    if written(folder, tracking.sweep) == now:
        return tracking.sweep
    noted = _mark(finished, tracking, folder)
    mark(folder, noted)
    try:
        from promptlab.report.sweep_run import log_sweep  # noqa: PLC0415  MLflow, matplotlib

        log_sweep(sweeps, tracking, noted.command)
        mark(folder, replace(noted, written=now))
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        warnings.warn(
            f"MLflow does not have the leaderboard of this sweep ({reason[:240]}). Nothing is "
            "lost: `python -m promptlab report` shows it from the records, `sync` writes it to "
            "MLflow",
            RuntimeWarning,
            stacklevel=2,
        )
        return ""
    return tracking.sweep


def _noted(finished: Sequence[FinishedVariant], sweep: str) -> str:
    """Note a sweep that MLflow does not have beside its runs; return its tag, if it could be."""
    folder = _common(finished)
    folders = tuple(os.path.relpath(variant.folder, folder) for variant in finished)
    try:
        mark(folder, Mark(sweep, "", _command(), folders))
    except OSError:  # a disk that is read alone
        return ""
    return sweep if folder.parent == Path.cwd() or folder == Path.cwd() else ""


def _command() -> str:
    return "python -m promptlab " + shlex.join(sys.argv[1:])


def _mark(finished: Sequence[FinishedVariant], tracking: MLflow, folder: Path) -> Mark:
    folders = [os.path.relpath(variant.folder, folder) for variant in finished]
    return Mark(tracking.sweep, tracking.experiment, _command(), tuple(folders))


def _relative_folder(finished: Sequence[FinishedVariant]) -> str:
    """Return the folder that all variants' folders are in, as it is called from here."""
    return os.path.relpath(_common(finished))


def _common(finished: Sequence[FinishedVariant]) -> Path:
    return Path(os.path.commonpath([variant.folder.absolute() for variant in finished]))
