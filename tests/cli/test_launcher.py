"""SQLite files on a disk that machines share are refused where a sweep is run by a launcher."""

import pytest
from omegaconf import OmegaConf

from promptlab.cli import launcher
from promptlab.cli.launcher import refuse_what_would_spoil


def config(target="hydra_plugins.hydra_submitit_launcher.SlurmLauncher", **changed):
    told = {
        "hydra": {"launcher": {"_target_": target}},
        "tracking": {"uri": "sqlite:////home/ann/mlflow.db"},
        "cache": {"mode": "on", "path": "/tmp/completions.db"},
    }
    return OmegaConf.create(told | changed)


@pytest.fixture(autouse=True)
def _homes_are_shared(monkeypatch):
    monkeypatch.setattr(launcher, "shared_by", lambda path: "nfs4" * ("home" in path.parts))


def test_a_store_of_runs_on_a_shared_disk_is_refused_with_what_to_do():
    with pytest.raises(ValueError, match=r"/home/ann/mlflow.db, is on nfs4.*tracking.uri=http"):
        refuse_what_would_spoil(config())


def test_a_store_of_completions_on_a_shared_disk_is_refused_with_what_to_do():
    told = {"tracking": {}, "cache": {"mode": "on", "path": "/home/ann/c.db"}}
    with pytest.raises(ValueError, match=r"/home/ann/c.db, is on nfs4.*cache.path="):
        refuse_what_would_spoil(config(**told))


@pytest.mark.parametrize(
    "fine",
    [
        {"target": "hydra._internal.core_plugins.basic_launcher.BasicLauncher"},
        {"tracking": {"uri": "http://server:5000"}},
        {"tracking": {}},
        {"tracking": {}, "cache": {"mode": "off", "path": "/home/ann/c.db"}},
    ],
)
def test_what_nothing_can_spoil_is_left_alone(fine):
    refuse_what_would_spoil(config(**fine))
