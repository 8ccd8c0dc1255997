"""The store of runs, opened safely by any number of processes at once."""

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import mlflow
from filelock import FileLock
from mlflow import MlflowClient

from promptlab.records.owner import UNWRITABLE
from promptlab.tracking.mlflow.location import artifacts, locate, lock_file


@dataclass(frozen=True)
class MlflowStore:
    """An MLflow store, and the experiment in it that runs belong to."""

    uri: str
    client: MlflowClient
    experiment_id: str


def open_store(uri: str, experiment: str) -> MlflowStore:
    """Open the store, creating it and the experiment where needed.

    Processes take turns, because MLflow's migrations cannot run concurrently.
    """
    uri = locate(uri)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with store_lock(uri):
        client = MlflowClient(tracking_uri=uri, registry_uri=uri)
        return MlflowStore(uri, client, _experiment_id(client, uri, experiment))


@contextmanager
def store_lock(uri: str) -> Iterator[None]:
    """Let one process at a time set up a store; does nothing where no lock can be written."""
    path = lock_file(uri)
    with ExitStack() as stack:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(FileLock(path, timeout=120))
        except OSError as error:
            if error.errno not in UNWRITABLE:
                raise
        yield


@contextmanager
def default_store(store: MlflowStore) -> Iterator[None]:
    """Make the store MLflow's default for a while: its registry and traces take no client.

    What is put back is MLflow's own setting and the environment's, which MLflow overwrites with it.
    """
    untyped: Any = mlflow  # its stubs lack these functions
    before = untyped.get_tracking_uri() if untyped.is_tracking_uri_set() else None
    variables = {name: os.environ.get(name) for name in _VARIABLES}
    untyped.set_tracking_uri(store.uri)
    os.environ["MLFLOW_EXPERIMENT_ID"] = store.experiment_id
    try:
        yield
    finally:
        untyped.set_tracking_uri(None if before == variables["MLFLOW_TRACKING_URI"] else before)
        for name, value in variables.items():
            _put_back(name, value)


_VARIABLES = ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_ID")


def _put_back(variable: str, value: str | None) -> None:
    os.environ.pop(variable, None)
    if value is not None:
        os.environ[variable] = value


def _experiment_id(client: MlflowClient, uri: str, name: str) -> str:
    experiment = client.get_experiment_by_name(name)
    if experiment is None:
        return client.create_experiment(name, artifact_location=artifacts(uri))
    if experiment.lifecycle_stage == "deleted":
        client.restore_experiment(experiment.experiment_id)
    return experiment.experiment_id
