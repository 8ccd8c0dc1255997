"""One variant as a run of MLflow.

A run is written at its beginning (tags, parameters) and at its end (all else), with its running
accuracy between. What goes wrong here costs a warning, never the experiment: the records are on
disk.
"""

import json
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param

from promptlab.records.files import section
from promptlab.records.provenance import git_commit
from promptlab.tracking.mlflow import identity
from promptlab.tracking.mlflow.existing_runs import close_stale, delete_partial
from promptlab.tracking.mlflow.page.curves import reliability_points, slice_points, slice_rows
from promptlab.tracking.mlflow.page.metrics import Curve, chart_name, numbers
from promptlab.tracking.mlflow.page.note import note
from promptlab.tracking.mlflow.page.params import params, safe_name, yaml_text
from promptlab.tracking.mlflow.page.table import columns, row
from promptlab.tracking.mlflow.prompts import link
from promptlab.tracking.mlflow.store import MlflowStore, open_store
from promptlab.tracking.mlflow.traces import store as trace_store
from promptlab.tracking.mlflow.traces.sample import TraceCount, choose_trials
from promptlab.tracking.mlflow.traces.trace import traces
from promptlab.tracking.none import NoRun
from promptlab.tracking.process import this_process
from promptlab.types import Trial, digest

FILES = ("trials.jsonl", "result.json")
TABLE = "trials.json"
SLICES = "slices.json"
REFRESH = 5.0
"""Seconds between two looks at the running accuracy, while the run goes on."""


@dataclass(frozen=True)
class RunSpec:
    """What is recorded.

    Attributes:
        name: Of the variant.
        config: What it was made from.
        folder: Where its records are.
        tags: By which its run is found.
        traces: How many of its trials are shown step by step.
        recorder: The process that recorded in the folder before.
        commit: Of the working tree that it was made with.
        began: When, in milliseconds since 1970; None for now.
        ended: When, in milliseconds since 1970; None for whenever it ends.
    """

    name: str
    config: Mapping[str, Any]
    folder: Path
    tags: Mapping[str, str]
    traces: TraceCount = 100
    recorder: Mapping[str, str] = field(default_factory=dict)
    commit: str = ""
    began: int | None = None
    ended: int | None = None

    def clock(self) -> int:
        """Return the time to stamp on what is written now, in milliseconds since 1970."""
        return time.time_ns() // 1_000_000 if self.ended is None else self.ended


def begin(uri: str, experiment: str, spec: RunSpec) -> "MlflowRun | NoRun":
    """Open a run; warn and return a `NoRun` where the store cannot be reached."""
    try:
        store = open_store(uri, experiment)
        close_stale(store)
        return open_run(store, spec)
    except Exception as error:
        _warn(spec.folder, error)
        return NoRun()


def open_run(store: MlflowStore, spec: RunSpec) -> "MlflowRun":
    """Open a run, and delete partial runs of the same records."""
    name, folder = spec.name, spec.folder
    tags = identity.run_tags(name, spec.config, folder, spec.commit or git_commit())
    tags |= {**this_process(), **spec.tags}
    delete_partial(store, tags, spec.recorder)
    entity = store.client.create_run(store.experiment_id, spec.began, tags, name)
    run = MlflowRun(store, entity.info.run_id, spec, tags, Curve(spec.clock))
    run.log_params()
    return run


@dataclass
class MlflowRun:
    """A run being recorded in a store."""

    store: MlflowStore
    id: str
    spec: RunSpec
    tags: Mapping[str, str]
    curve: Curve = field(default_factory=Curve)
    trials: list[Trial] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    points_sent: int = 0
    refreshed: float = field(default_factory=time.monotonic)
    written: bool = False
    lost: bool = False
    sealed: bool = False
    progress: Callable[[int], None] = lambda _: None  # called with the number of traces written

    def log_params(self) -> None:
        """Write the config's parameters, a hundred at a time: MLflow takes no more."""
        entries = [Param(name, value) for name, value in params(self.spec.config).items()]
        for start in range(0, len(entries), 100):
            self.store.client.log_batch(self.id, params=entries[start : start + 100])

    def log_trials(self, batch: Sequence[Trial]) -> None:
        """Keep the trials for the table, and show the running accuracy now and then."""
        with self._warn_on_error():
            self.trials += batch
            self.rows += map(row, batch)
            size = int(self.spec.config.get("batch") or self.spec.config.get("window") or 0) or max(
                1, len(batch)
            )
            for start in range(0, len(batch), size):  # a resumed run begins with many at once
                self.curve.add(batch[start : start + size])
        if time.monotonic() - self.refreshed > REFRESH:
            with suppress(Exception):  # the points are sent again at the end
                self.store.client.log_batch(self.id, metrics=self._points(), synchronous=True)
                self.points_sent = len(self.curve.points)
            self.refreshed = time.monotonic()

    def log_result(self, result: Mapping[str, Any]) -> None:
        """Write the result, the files and the traces."""
        self._write(result, whole=True)

    def end(self, status: str) -> bool:
        """Close the run as FINISHED, FAILED or KILLED, with whatever there is of it.

        Returns:
            Whether all of it is in the store.
        """
        self._write({}, whole=status != "KILLED")  # an interrupted run should stop at once
        try:
            if self.lost:
                self.store.client.set_tag(self.id, identity.INCOMPLETE, "true")
            self.store.client.set_terminated(self.id, status, self.spec.ended)
        except Exception:
            return False
        return self.sealed

    def _write(self, result: Mapping[str, Any], *, whole: bool) -> None:
        if self.written:
            return
        self.written = True
        with self._warn_on_error():
            self._log_metrics(result)
            self._log_files(result)
            self._log_dataset(result)
            self._log_note(result)
            for name, value in result.get("tags", {}).items():
                self.store.client.set_tag(self.id, name, value)
            if isinstance(self.spec.config.get("template"), Mapping):
                link(self.store, self.id, self.spec.config["template"])
            if whole:
                self.log_traces()
                self._seal()

    def log_traces(self) -> None:
        """Show some of the trials step by step."""
        name, at = self.spec.name, self.spec.clock()
        indices = choose_trials(self.trials, self.spec.traces)
        chosen = traces(self.trials, indices, run_id=self.id, name=name, at=at)
        run = trace_store.TracedRun(self.store, self.id, self.tags)
        trace_store.write(run, chosen, self.progress)
        self.store.client.set_tag(self.id, "traces", str(self.spec.traces))

    def _seal(self) -> None:
        """Mark the run as holding everything in its folder."""
        spec = self.spec
        content = identity.content_digest(spec.folder, spec.name, spec.config)
        self.store.client.set_tag(self.id, identity.CONTENT, content)
        self.sealed = True

    def _log_note(self, result: Mapping[str, Any]) -> None:
        first = self.rows[0] if self.rows else {}
        text = note(self.spec.name, self.spec.folder, result, first)
        self.store.client.set_tag(self.id, "mlflow.note.content", text)

    def _log_metrics(self, result: Mapping[str, Any]) -> None:
        self.curve.close()
        now = self.spec.clock()
        values = numbers(result.get("metrics", {})) | numbers(result.get("timings", {}))
        values |= numbers({"costs": result.get("costs", {})})
        values |= numbers({"index_recall": result.get("recall", {})})
        # What is written first is what MLflow's comparison of runs draws first.
        values = dict(sorted(values.items(), key=lambda item: item[0] != "accuracy"))
        # At step 0 a metric is drawn as a bar for each run; at any other, as a line.
        values = {chart_name(name): value for name, value in values.items()}
        metrics = [Metric(safe_name(name), value, now, 0) for name, value in values.items()]
        self.store.client.log_batch(self.id, metrics=metrics + self._points())
        shown = [
            Metric(safe_name(name), value, now, step)
            for name, value, step in (*reliability_points(result), *slice_points(result))
        ]
        if shown:
            self.store.client.log_batch(self.id, metrics=shown)

    def _points(self) -> list[Metric]:
        points = self.curve.points[self.points_sent :]
        return [Metric("running_accuracy", value, at, step) for step, value, at in points]

    def _log_files(self, result: Mapping[str, Any]) -> None:
        client, folder = self.store.client, self.spec.folder
        client.log_text(self.id, yaml_text(self.spec.config), "config.yaml")
        if self.rows:
            client.log_table(self.id, columns(self.rows), TABLE)
        if sliced := slice_rows(result):
            client.log_table(self.id, columns(sliced), SLICES)
        for name in FILES:
            if (folder / name).exists():
                client.log_artifact(self.id, str(folder / name))
            elif name == "result.json" and result:
                client.log_dict(self.id, dict(result), name)

    def _log_dataset(self, result: Mapping[str, Any]) -> None:
        """Name the data by content: from the result, or else from the questions."""
        questions = [[entry["id"], entry["question"], entry["target"]] for entry in self.rows]
        data = result.get("data") or {
            "test": {"examples": len(questions)},
            "digest": digest(questions),
        }
        source = section(self.spec.config, "dataset")
        dataset = Dataset(
            name=str(result.get("dataset") or source.get("name") or "dataset"),
            digest=str(data.get("digest") or digest(data))[:16],
            source_type="local",
            source=json.dumps({"uri": str(source.get("path", ""))}),
            profile=json.dumps(data, ensure_ascii=False, default=str),
        )
        context = InputTag("mlflow.data.context", "test")
        self.store.client.log_inputs(self.id, [DatasetInput(dataset, [context])])

    @contextmanager
    def _warn_on_error(self) -> Iterator[None]:
        """Turn the first error into a warning and write nothing more."""
        try:
            yield
        except Exception as error:
            self.written = self.lost = True
            _warn(self.spec.folder, error)


def _warn(folder: Path, error: Exception) -> None:
    message = " ".join(f"{type(error).__name__}: {error}".split())
    warnings.warn(
        f"MLflow does not have all of this run ({message[:240]}). Nothing is lost: the records are "
        f"in {folder}. To log them later: python -m promptlab sync {folder}",
        RuntimeWarning,
        stacklevel=2,
    )
