"""A sweep in plain Python: what fails does not stop the others, and all is read from disk."""

import json
from pathlib import Path

import pytest
from test_experiment import Adder, experiment

from promptlab.sweep import Sweep, attempt, variants


def test_variants_are_run_one_after_another_and_read_back(tmp_path: Path) -> None:
    broken = experiment(tmp_path / "broken", Adder([0]))
    whole = experiment(tmp_path / "whole")
    failed, finished = Sweep([broken, whole])()
    assert failed.result is None
    assert failed.failure == "the model went away"
    assert finished.result is not None
    assert finished.result["metrics"]["n"] == 7


def test_a_variant_that_failed_and_then_ends_has_no_failure(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError):
        attempt(tmp_path, experiment(tmp_path, Adder([3])))
    assert json.loads((tmp_path / "failure.json").read_text())["error"] == "ConnectionError"
    attempt(tmp_path, experiment(tmp_path))
    (found,) = variants([tmp_path])
    assert (found.failure, found.result is None) == ("", False)


def test_a_variant_that_nobody_ran_is_said(tmp_path: Path) -> None:
    (found,) = variants([tmp_path / "nowhere"])
    assert (found.result, found.failure) == (None, "it was not finished")
