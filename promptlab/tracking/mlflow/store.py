"""The store of runs, opened so that any number of processes may be the first to do it."""

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
class Store:
    """An MLflow store, and the experiment in it that runs belong to."""

    uri: str
    client: MlflowClient
    experiment_id: str


def open_store(uri: str, experiment: str) -> Store:
    """Open the store, making it and the experiment where there are none.

    Processes take turns, because MLflow's migrations do not survive company.
    """
    uri = locate(uri)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with in_turn(uri):
        client = MlflowClient(tracking_uri=uri, registry_uri=uri)
        return Store(uri, client, _experiment_id(client, uri, experiment))


@contextmanager
def in_turn(uri: str) -> Iterator[None]:
    """Let one process at a time set up a store; where nothing can be written, nothing is set up."""
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
def globally(store: Store) -> Iterator[None]:
    """Make the store MLflow's own for a while: its registry and traces ask no client for one."""
    known: Any = mlflow  # whose types know neither of these
    before = known.get_tracking_uri() if known.is_tracking_uri_set() else None
    experiment = os.environ.get("MLFLOW_EXPERIMENT_ID")
    known.set_tracking_uri(store.uri)
    os.environ["MLFLOW_EXPERIMENT_ID"] = store.experiment_id
    try:
        yield
    finally:
        known.set_tracking_uri(before)
        os.environ.pop("MLFLOW_EXPERIMENT_ID")
        if experiment is not None:
            os.environ["MLFLOW_EXPERIMENT_ID"] = experiment


def _experiment_id(client: MlflowClient, uri: str, name: str) -> str:
    found = client.get_experiment_by_name(name)
    if found is None:
        return client.create_experiment(name, artifact_location=artifacts(uri))
    if found.lifecycle_stage == "deleted":
        client.restore_experiment(found.experiment_id)
    return found.experiment_id
