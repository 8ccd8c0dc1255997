"""One variant as a run of MLflow.

A run is written at its beginning (tags, parameters) and at its end (all else), with its running
accuracy between. What goes wrong here costs a warning, never the experiment: the records are on
disk.
"""

import getpass
import json
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param

from promptlab.provenance import config_hash, git_commit
from promptlab.tracking.asset import yaml_text
from promptlab.tracking.curve import Curve
from promptlab.tracking.none import NoRun
from promptlab.tracking.note import note, numbers
from promptlab.tracking.params import allowed, params, word
from promptlab.tracking.prompts import link
from promptlab.tracking.store import Store, open_store
from promptlab.tracking.table import columns, row
from promptlab.types import Trial, digest

FILES = ("trials.jsonl", "result.json")
TABLE = "trials.json"
REFRESH = 5.0
"""Seconds between two looks at the running accuracy, while the run goes on."""


def begin(
    uri: str,
    experiment: str,
    tags: Mapping[str, str],
    *,
    name: str,
    config: Mapping[str, Any],
    folder: Path,
) -> "MlflowRun | NoRun":
    """Open a run; one that goes nowhere, with a warning, where the store cannot be reached."""
    try:
        store = open_store(uri, experiment)
        told = {**_tags(name, config, folder), **tags}
        _give_way(store, told)
        made = store.client.create_run(store.experiment_id, tags=told, run_name=name)
        run = MlflowRun(store, made.info.run_id, name, config, Path(folder))
        run.log_params()
    except Exception as error:
        _warn(folder, error)
        return NoRun()
    return run


@dataclass
class MlflowRun:
    """A run being recorded in a store."""

    store: Store
    id: str
    name: str
    config: Mapping[str, Any]
    folder: Path
    rows: list[dict[str, Any]] = field(default_factory=list)
    curve: Curve = field(default_factory=Curve)
    shown: int = 0
    refreshed: float = field(default_factory=time.monotonic)
    written: bool = False

    def log_params(self) -> None:
        """Write the config's parameters, a hundred at a time: MLflow takes no more."""
        entries = [Param(name, value) for name, value in params(self.config).items()]
        for start in range(0, len(entries), 100):
            self.store.client.log_batch(self.id, params=entries[start : start + 100])

    def log_trials(self, window: Sequence[Trial]) -> None:
        """Keep the trials for the table, and show the running accuracy now and then."""
        with self._at_no_risk():
            self.rows += map(row, window)
            self.curve.add(window)
        if time.monotonic() - self.refreshed > REFRESH:
            with suppress(Exception):  # the points are sent again at the end
                self.store.client.log_batch(self.id, metrics=self._points(), synchronous=True)
                self.shown = len(self.curve.points)
            self.refreshed = time.monotonic()

    def log_result(self, result: Mapping[str, Any]) -> None:
        """Write all that is known of the run."""
        if self.written:
            return
        self.written = True
        with self._at_no_risk():
            self._log_metrics(result)
            self._log_files(result)
            self._log_dataset(result)
            text = note(self.name, self.folder, result, self.rows[0] if self.rows else {})
            self.store.client.set_tag(self.id, "mlflow.note.content", text)
            if isinstance(self.config.get("template"), Mapping):
                link(self.store, self.id, self.config["template"])

    def end(self, status: str) -> None:
        """Close the run as FINISHED, FAILED or KILLED, with whatever there is of it."""
        self.log_result({})
        with suppress(Exception):
            self.store.client.set_terminated(self.id, status)

    def _log_metrics(self, result: Mapping[str, Any]) -> None:
        self.curve.close()
        now = time.time_ns() // 1_000_000
        found = numbers(result.get("metrics", {})) | numbers(result.get("timings", {}))
        # At step 0 a metric is drawn as a bar for each run; at any other, as a line.
        metrics = [Metric(allowed(name), value, now, 0) for name, value in found.items()]
        self.store.client.log_batch(self.id, metrics=metrics + self._points())

    def _points(self) -> list[Metric]:
        points = self.curve.points[self.shown :]
        return [Metric("running_accuracy", value, at, step) for step, value, at in points]

    def _log_files(self, result: Mapping[str, Any]) -> None:
        client = self.store.client
        client.log_text(self.id, yaml_text(self.config), "config.yaml")
        if self.rows:
            client.log_table(self.id, columns(self.rows), TABLE)
        for name in FILES:
            if (self.folder / name).exists():
                client.log_artifact(self.id, str(self.folder / name))
            elif name == "result.json" and result:
                client.log_dict(self.id, dict(result), name)

    def _log_dataset(self, result: Mapping[str, Any]) -> None:
        """Name the data by content: as the result says, or else by the questions asked."""
        asked = [[each["id"], each["question"], each["target"]] for each in self.rows]
        told = result.get("data") or {"test": {"examples": len(asked)}, "digest": digest(asked)}
        config = self.config.get("dataset")
        source = config if isinstance(config, Mapping) else {}
        dataset = Dataset(
            name=str(result.get("dataset") or source.get("name") or "dataset"),
            digest=str(told.get("digest") or digest(told))[:16],
            source_type="local",
            source=json.dumps({"uri": str(source.get("path", ""))}),
            profile=json.dumps(told, ensure_ascii=False, default=str),
        )
        context = InputTag("mlflow.data.context", "test")
        self.store.client.log_inputs(self.id, [DatasetInput(dataset, [context])])

    @contextmanager
    def _at_no_risk(self) -> Iterator[None]:
        """Warn, once, of whatever goes wrong."""
        try:
            yield
        except Exception as error:
            self.written = True
            _warn(self.folder, error)


def _tags(name: str, config: Mapping[str, Any], folder: Path) -> dict[str, str]:
    tags = {
        "variant": name,
        "kind": "variant",
        "config_hash": config_hash(config),
        "folder": str(Path(folder).resolve()),
        "mlflow.source.name": "promptlab",
        "mlflow.source.type": "LOCAL",
    }
    commit = git_commit()
    if commit:
        short = commit[:12] + "-dirty" * commit.endswith("-dirty")
        tags |= {"git": short, "mlflow.source.git.commit": commit.removesuffix("-dirty")}
    with suppress(Exception):  # a container's user may have no name
        tags["mlflow.user"] = getpass.getuser()
    model = config.get("model")
    if isinstance(model, Mapping):
        tags["model"] = str(model.get("name") or word(str(model.get("_target_", "model"))))
    return tags


def _give_way(store: Store, tags: Mapping[str, str]) -> None:
    """Bin an earlier run of the same records that never finished: this one will hold all of it."""
    quote = '"' if "'" in tags["folder"] else "'"
    same = f"tags.folder = {quote}{tags['folder']}{quote}"
    same += f" and tags.config_hash = '{tags['config_hash']}' and attributes.status != 'FINISHED'"
    for run in store.client.search_runs([store.experiment_id], same):
        store.client.delete_run(run.info.run_id)


def _warn(folder: Path, error: Exception) -> None:
    what = " ".join(f"{type(error).__name__}: {error}".split())
    warnings.warn(
        f"MLflow does not have all of this run ({what[:240]}). Nothing is lost: the records are "
        f"in {folder}, from which it can be logged later",
        RuntimeWarning,
        stacklevel=2,
    )
