"""A store filled again from the records on disk: the same runs, and none of them twice.

What is on disk: every trial, as it is answered; a run's name and config, from its beginning; its
metrics and the versions it was made with, at its end. What is not: when each call began and how
long it took, the texts of demonstrations (their ids are; the texts are in the prompts), and how a
run that did not finish came to stop.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promptlab.records.checked import checked
from promptlab.records.files import RESULT, TRIALS, Records, read_mark, read_result, sealed_by
from promptlab.records.trial_json import whole_trial
from promptlab.tracking.mlflow import identity
from promptlab.tracking.mlflow.previous import found, known
from promptlab.tracking.mlflow.run import MlflowRun, Variant, opened
from promptlab.tracking.mlflow.store import Store
from promptlab.tracking.mlflow.traces import store as trace_store
from promptlab.tracking.mlflow.traces.sample import Wanted, wanted
from promptlab.tracking.pending import at_work, recorder, settle
from promptlab.types import Trial


@dataclass(frozen=True)
class Recorded:
    """A run, as its folder tells of it.

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
        """How it ended, as MLflow says it; one that was put off has a tag that says so."""
        put_off = self.result.get("tags", {}).get("race_status") == "stopped"
        return "FINISHED" if self.result and not put_off else "KILLED"


def read(folder: Path) -> Recorded:
    """Read a run from its folder; what is broken is noted, and the rest is used."""
    notes: list[str] = []
    result, mark = _result(folder, notes), read_mark(folder)
    trials = _trials(folder, sealed_by(folder, result), notes)
    name = str(result.get("name") or mark.get("name") or folder.name)
    config = result.get("config") or mark.get("config") or {}
    if result and not Records(folder).believed(result):
        notes.append(f"{Records(folder).disbelief(result)}; its figures are left out")
        result = {key: result[key] for key in result if key != "metrics"}
    if not result:
        notes.append(f"{folder}: not finished, {len(trials)} trials so far")
    if not config:
        notes.append(f"{folder}: its config is not on disk; the run is shown without parameters")
    return Recorded(folder, name, config, result, tuple(trials), tuple(notes))


def refill(
    store: Store,
    run: Recorded,
    traces: Wanted | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> str:
    """Write a run to a store that does not have it.

    Args:
        store: The store.
        run: The run.
        traces: How many trials are shown step by step; None: as many as the run's config says, or
            those that the store has already.
        tell: Told how many of them were written, chunk by chunk.

    Returns:
        What was done: `written`, `traces written`, `there already`, or `being recorded`.

    Raises:
        OSError: the store did not take all of it.
    """
    if at_work(run.folder):
        return "being recorded"
    content = identity.content(run.folder, run.name, run.config)
    earlier = found(store, content, status=run.status)
    earlier = earlier or known(store, str(run.result.get("mlflow_run_id") or ""))
    if earlier and (traces is None or earlier.data.tags.get("traces") == str(traces)):
        return "there already"
    variant = _variant(run, traces)
    if earlier:
        again = MlflowRun(store, earlier.info.run_id, variant, earlier.data.tags, tell=tell)
        again.trials += run.trials
        trace_store.delete(store, again.id)
        again.log_traces()
        return "traces written"
    _write(opened(store, variant), run, tell)
    return "written"


def _write(written: MlflowRun, run: Recorded, tell: Callable[[int], None]) -> None:
    """Write a run as it would have been written while it went on."""
    written.tell = tell
    written.log_trials(run.trials)
    written.log_result(run.result)
    if not written.end(run.status):
        raise OSError(f"{run.folder}: the store did not take all of it; sync again")
    if run.result:
        settle(run.folder, written.store.uri)


def _variant(run: Recorded, traces: Wanted | None) -> Variant:
    """Say what a live run would have said, with the times that the files have."""
    tracking = run.config.get("tracking") or {}
    ended = max(_time(run.folder / name) for name in (TRIALS, RESULT))
    seconds = run.result.get("timings", {}).get("seconds") or 0.0
    tags = {str(name): str(value) for name, value in (tracking.get("tags") or {}).items()}
    tags |= {"sweep": str(tracking["sweep"])} if tracking.get("sweep") else {}
    return Variant(
        name=run.name,
        config=run.config,
        folder=run.folder,
        tags=tags,
        traces=wanted(tracking.get("traces", 100)) if traces is None else traces,
        recorder=recorder(run.folder),
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
    lines = checked(path, run, whole_trial, notes) if path.exists() else ()
    return [line.value for line in lines]
