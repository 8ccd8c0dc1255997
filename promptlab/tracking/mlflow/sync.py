"""Refill a store from the records on disk: the same runs, each once.

What is on disk: every trial, as it is answered, and how long its replies took; a run's name and
config, from its beginning; its metrics and the versions it was made with, at its end. What is not:
the texts of demonstrations (their ids are; the texts are in the prompts), and how a run that did
not finish came to stop.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promptlab.records.files import RESULT, TRIALS, Records, read_mark, read_result, seal_key
from promptlab.records.timings import with_timings
from promptlab.records.trial_json import read_trial
from promptlab.records.verify import verify_lines
from promptlab.tracking.mlflow import identity
from promptlab.tracking.mlflow.existing_runs import find_by_content, find_by_id
from promptlab.tracking.mlflow.location import locate
from promptlab.tracking.mlflow.run import MlflowRun, RunSpec, open_run
from promptlab.tracking.mlflow.store import MlflowStore
from promptlab.tracking.mlflow.traces import store as trace_store
from promptlab.tracking.mlflow.traces.sample import TraceCount, parse_count
from promptlab.tracking.pending import clear_pending, is_recording, recording_process
from promptlab.types import Trial


@dataclass(frozen=True)
class RecordedRun:
    """A run, as read from its folder.

    Attributes:
        folder: Where.
        name: The variant's.
        config: What it was made from; empty where the folder does not say.
        result: The content of `result.json`; empty where the run did not finish.
        trials: The whole ones.
        notes: What could not be read.
    """

    folder: Path
    name: str
    config: Mapping[str, Any]
    result: Mapping[str, Any]
    trials: tuple[Trial, ...]
    notes: tuple[str, ...]

    @property
    def status(self) -> str:
        """MLflow's word for how it ended; a variant stopped by a race counts as killed."""
        stopped = self.result.get("tags", {}).get("race_status") == "stopped"
        return "FINISHED" if self.result and not stopped else "KILLED"


def read(folder: Path) -> RecordedRun:
    """Read a run from its folder; what is broken is noted, and the rest is used."""
    notes: list[str] = []
    result, mark = _result(folder, notes), read_mark(folder)
    trials = with_timings(_trials(folder, seal_key(folder, result), notes), folder)
    name = str(result.get("name") or mark.get("name") or folder.name)
    config = result.get("config") or mark.get("config") or {}
    if result and not Records(folder).matches(result):
        notes.append(f"{Records(folder).mismatch(result)}; its figures are left out")
        result = {key: result[key] for key in result if key != "metrics"}
    if not result:
        notes.append(f"{folder}: not finished, {len(trials)} trials so far")
    if not config:
        notes.append(f"{folder}: its config is not on disk; the run is shown without parameters")
    return RecordedRun(folder, name, config, result, tuple(trials), tuple(notes))


def refill(
    store: MlflowStore,
    run: RecordedRun,
    traces: TraceCount | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> str:
    """Write a run to a store that does not have it.

    Args:
        store: The store.
        run: The run.
        traces: How many trials are shown step by step; None: as many as the run's config says, or
            those that the store has already.
        progress: Called with the number of traces written, chunk by chunk.

    Returns:
        What was done: `written`, `traces written`, `there already`, or `being recorded`.

    Raises:
        OSError: the store did not take all of it.
    """
    if is_recording(run.folder):
        return "being recorded"
    content = identity.content_digest(run.folder, run.name, run.config)
    earlier = find_by_content(store, content, status=run.status)
    earlier = earlier or find_by_id(store, str(run.result.get("mlflow_run_id") or ""))
    if earlier and (traces is None or earlier.data.tags.get("traces") == str(traces)):
        return "there already"
    spec = _run_spec(run, traces)
    if earlier:
        target = MlflowRun(store, earlier.info.run_id, spec, earlier.data.tags, progress=progress)
        target.trials += run.trials
        trace_store.delete(store, target.id)
        target.log_traces()
        return "traces written"
    _write(open_run(store, spec), run, progress)
    return "written"


def _write(target: MlflowRun, run: RecordedRun, progress: Callable[[int], None]) -> None:
    """Write a run as a live run would have been written."""
    target.progress = progress
    target.log_trials(run.trials)
    target.log_result(run.result)
    if not target.end(run.status):
        raise OSError(f"{run.folder}: the store did not take all of it; sync again")
    if run.result:
        clear_pending(run.folder, locate(target.store.uri))


def _run_spec(run: RecordedRun, traces: TraceCount | None) -> RunSpec:
    """Return what a live run would have been made from, with the times of the files."""
    tracking = run.config.get("tracking") or {}
    ended = max(_time(run.folder / name) for name in (TRIALS, RESULT))
    seconds = run.result.get("timings", {}).get("seconds") or 0.0
    tags = {str(name): str(value) for name, value in (tracking.get("tags") or {}).items()}
    tags |= {"sweep": str(tracking["sweep"])} if tracking.get("sweep") else {}
    return RunSpec(
        name=run.name,
        config=run.config,
        folder=run.folder,
        tags=tags,
        traces=parse_count(tracking.get("traces", 100)) if traces is None else traces,
        recorder=recording_process(run.folder),
        commit=str(run.result.get("versions", {}).get("git", "")),
        began=ended - int(1000 * seconds),
        ended=ended,
    )


def _time(path: Path) -> int:
    """Return when a file was last written, in milliseconds since 1970."""
    return path.stat().st_mtime_ns // 1_000_000 if path.exists() else 0


def _result(folder: Path, notes: list[str]) -> dict[str, Any]:
    try:
        return read_result(folder) if (folder / RESULT).exists() else {}
    except ValueError as error:
        notes.append(f"{error}; left out")
        return {}


def _trials(folder: Path, run: str | None, notes: list[str]) -> list[Trial]:
    """Read the whole lines; note the others."""
    path = folder / TRIALS
    lines = verify_lines(path, run, read_trial, notes) if path.exists() else ()
    return [line.value for line in lines]
