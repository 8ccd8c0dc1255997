"""Sweeps read back from an MLflow store: their names and the records of their runs.

A sweep is the runs with its tag, and those that its own run (`kind` is `sweep`) names in its
leaderboard: a variant that an earlier sweep had finished has the earlier one's tag.
"""

import json
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException

from promptlab.records.files import RESULT, TRIALS, read_result
from promptlab.tracking.mlflow.location import database, locate
from promptlab.tracking.mlflow.store import store_lock
from promptlab.tracking.mlflow.view import TAG, address, key_of

LEADERBOARD = "leaderboard.json"
"""The table of a sweep's own run; its columns `run_id` and `folder` name the sweep's variants."""
RECENT = 5_000
"""How many runs are searched for the names of sweeps."""


@dataclass(frozen=True)
class StoredRun:
    """A variant, as a store lists it.

    Attributes:
        name: The variant's.
        run_id: Its run in MLflow; empty where it has none.
        folder: Where its records were written.
        config_hash: Of its config.
        finished: Whether it ran to its end.
        metrics: As MLflow has them.
    """

    name: str
    run_id: str
    folder: str
    config_hash: str
    finished: bool = True
    metrics: Mapping[str, float] = field(default_factory=dict)

    def local_folder(self) -> Path | None:
        """Return its folder, where it is still there and holds the same run."""
        folder = Path(self.folder)
        if not self.folder or not (folder / TRIALS).is_file():
            return None
        if not (folder / RESULT).is_file():
            return None if self.finished else folder
        try:
            return folder if self._matches(read_result(folder)) else None
        except ValueError:
            return None

    def _matches(self, result: Mapping[str, Any]) -> bool:
        if result.get("config_hash") != self.config_hash:
            return False
        metrics = result.get("metrics", {})
        figures = {name: self.metrics[name] for name in ("n", "accuracy") if name in self.metrics}
        return all(
            name in metrics and abs(metrics[name] - figures[name]) < 1e-9 for name in figures
        )


@dataclass(frozen=True)
class StoredRuns:
    """The runs of an MLflow store, to be read."""

    uri: str
    client: MlflowClient

    def sweep_names(self) -> list[str]:
        """List the sweeps, newest first."""
        runs = islice(self._search("tags.sweep LIKE '%'"), RECENT)
        return list(dict.fromkeys(run.data.tags["sweep"] for run in runs))

    def find(self, name: str, value: str) -> list[StoredRun]:
        """List the variants whose tag `name` is `value`, each once: finished ones, newest first."""
        quote = '"' if "'" in value else "'"
        runs = list(self._search(f"tags.`{name}` = {quote}{value}{quote}"))
        sweeps = [run for run in runs if run.data.tags.get("kind") == "sweep"]
        variants = [_stored_run(run) for run in runs if run.data.tags.get("kind") != "sweep"]
        if name == "sweep" and sweeps:
            variants += self._leaderboard_runs(sweeps[0], {variant.run_id for variant in variants})
        unique: dict[str, StoredRun] = {}
        for variant in sorted(variants, key=lambda variant: not variant.finished):
            unique.setdefault(variant.folder or variant.run_id, variant)
        return list(unique.values())

    def fetch(self, run: StoredRun, into: Path) -> Path | None:
        """Copy a run's records into a folder of its own; None where the store has none."""
        folder = (
            into
            / (run.run_id or "none")
            / "".join(sign if sign.isalnum() or sign in "=.,+-" else "_" for sign in run.name[:80])
        )
        folder.mkdir(parents=True, exist_ok=True)
        for name in (TRIALS, RESULT):
            if not self._download(run.run_id, name, folder) and name == TRIALS:
                shutil.rmtree(folder.parent)
                return None
        return folder

    def _download(self, run_id: str, name: str, folder: Path) -> bool:
        try:
            if not run_id:
                return False
            if name not in {artifact.path for artifact in self.client.list_artifacts(run_id)}:
                return False
            self.client.download_artifacts(run_id, name, str(folder))
        except (MlflowException, OSError):
            return False
        return True

    def _leaderboard_runs(self, own: Run, known: set[str]) -> Iterator[StoredRun]:
        """Yield the variants that a sweep's own run names, and that are not known yet."""
        try:
            path = self.client.download_artifacts(own.info.run_id, LEADERBOARD)
            table = json.loads(Path(path).read_text("utf-8"))
        except (MlflowException, OSError, ValueError):
            return
        for row in (dict(zip(table["columns"], values, strict=True)) for values in table["data"]):
            run_id = row.get("run_id") or ""
            if run_id not in known or not run_id:
                yield self._run(run_id) or _run_of_row(row)

    def _run(self, run_id: str) -> StoredRun | None:
        try:
            run = self.client.get_run(run_id) if run_id else None
        except MlflowException:
            return None
        return _stored_run(run) if run and run.info.lifecycle_stage == "active" else None

    def _search(self, condition: str) -> Iterator[Run]:
        """Yield the runs of all experiments, newest first."""
        experiments = [experiment.experiment_id for experiment in self.client.search_experiments()]
        token = None
        while experiments:
            page = self.client.search_runs(
                experiments, condition, order_by=["attributes.start_time DESC"], page_token=token
            )
            yield from page
            token = page.token
            if not token:
                return


def open_runs(uri: str = "") -> StoredRuns:
    """Open a store to read it; nothing is created.

    Raises:
        FileNotFoundError: there is no such store.
        OSError: it cannot be read.
    """
    # MLflow would draw a bar for each of hundreds of files.
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    uri = locate(uri)
    path = database(uri)
    if path and not path.exists():
        raise FileNotFoundError(f"{path}: no such MLflow store")
    try:
        with store_lock(uri):
            client = MlflowClient(tracking_uri=uri, registry_uri=uri)
            client.search_experiments(max_results=1)
    except Exception as error:
        message = " ".join(str(error).split())[:240]
        raise OSError(f"the MLflow store {uri} cannot be read: {message}") from error
    return StoredRuns(uri, client)


def _stored_run(run: Run) -> StoredRun:
    tags = run.data.tags
    return StoredRun(
        name=tags.get("variant") or run.info.run_name or run.info.run_id,
        run_id=run.info.run_id,
        folder=tags.get("folder", ""),
        config_hash=tags.get("config_hash", ""),
        finished=run.info.status == "FINISHED",
        metrics=run.data.metrics,
    )


def _run_of_row(row: Mapping[str, Any]) -> StoredRun:
    return StoredRun(
        name=str(row.get("variant", "")),
        run_id="",
        folder=str(row.get("folder") or ""),
        config_hash=str(row.get("config_hash") or ""),
    )


def saved_view(uri: str, sweep: str = "") -> str:
    """Return the path of a sweep's runs on MLflow's pages, or of the newest sweep's.

    Raises:
        FileNotFoundError: no sweep has this tag, or none has a saved view.
    """
    for name in ("alembic", "mlflow.store.db.utils"):  # an empty store is set up without a word
        logging.getLogger(name).setLevel(logging.WARNING)
    client = MlflowClient(tracking_uri=locate(uri))
    everywhere = [each.experiment_id for each in client.search_experiments()]
    found = client.search_runs(
        everywhere, "tags.kind = 'sweep'", max_results=RECENT, order_by=["start_time DESC"]
    )
    for run in [each for each in found if sweep in ("", each.data.tags.get("sweep"))][:1]:
        experiment = client.get_experiment(run.info.experiment_id)
        key = key_of(run.data.tags.get("sweep", ""))
        if TAG + key in experiment.tags:
            return address(experiment.experiment_id, key)
    if sweep:
        raise FileNotFoundError(f"{sweep}: no sweep of that name has runs in {locate(uri)}")
    return ""
