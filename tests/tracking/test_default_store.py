"""While a store is MLflow's default, what MLflow and the environment said before is kept."""

import os

import mlflow
import pytest

from promptlab.tracking.mlflow.store import MlflowStore, default_store

MINE = MlflowStore("sqlite:////tmp/mine.db", None, "7")


def settings():
    names = ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_ID")
    said = mlflow.get_tracking_uri() if mlflow.is_tracking_uri_set() else None
    return said, *(os.environ.get(name) for name in names)


@pytest.mark.parametrize("told", [None, "sqlite:////tmp/told.db"])
@pytest.mark.parametrize("environment", [None, "sqlite:////tmp/environment.db"])
def test_what_was_set_is_put_back(monkeypatch, told, environment):
    mlflow.set_tracking_uri(told)
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_ID"):
        monkeypatch.delenv(name, raising=False)
    if environment is not None:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", environment)
    before = settings()
    with default_store(MINE):
        assert settings() == (MINE.uri, MINE.uri, "7")
    assert settings() == before
    assert before[0] == (told or environment)
    mlflow.set_tracking_uri(None)


def test_what_the_environment_says_later_is_heard(monkeypatch):
    mlflow.set_tracking_uri(None)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:////tmp/one.db")
    with default_store(MINE):
        pass
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:////tmp/other.db")
    assert mlflow.get_tracking_uri() == "sqlite:////tmp/other.db"
