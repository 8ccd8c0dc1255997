"""`inspect` on the command line: what is chosen, with no model; a map; a run in MLflow."""

from pathlib import Path

import pytest
from mlflow import MlflowClient

from promptlab.cli.command.inspect import inspect

TOLD = ["experiment=question_types", "model=scripted", "dataset.limit=8", "--by", "words"]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")


def test_selections_are_measured_side_by_side_and_drawn(capsys):
    inspect([*TOLD, "tracking=none", "selection=bm25,random,zero", "--out", "maps/a.svg"])
    said = capsys.readouterr().out
    for words in ("labels_apart %", "redundancy", "place", "alike, %", "maps/a.svg"):
        assert words in said
    assert "<svg" in Path("maps/a.svg").read_text("utf-8")


def test_it_is_a_run_in_mlflow(capsys):
    uri = f"sqlite:///{Path.cwd()}/m.db"
    inspect([*TOLD, f"tracking.uri={uri}", "selection=bm25"])
    client = MlflowClient(uri)
    experiments = [each.experiment_id for each in client.search_experiments()]
    (run,) = client.search_runs(experiments, "tags.kind = 'inspection'")
    assert run.data.metrics["shown/BM25"] > 0
    files = {each.path for each in client.list_artifacts(run.info.run_id)}
    assert files == {"measures.json", "inspect.png"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["selection=influence"], "this selection asks the model, and inspect asks nobody"),
        (["selection=mdl"], "this selection asks the model"),
        (["selection=bm25", "k=5000"], "k is 5000, but the pool holds only"),
        (["selection=bm25", "dataset.limit=4,5"], "have different data; expected one data set"),
        (["selection=bm26"], "bm26"),
        (["selection=zero", "dataset.pool_limit=0"], "the pool is empty, so that"),
    ],
)
def test_what_cannot_be_inspected_is_said(words, message):
    told = [word for word in TOLD if "limit" not in word or "limit" not in words[-1]]
    with pytest.raises(Exception, match=message):
        inspect([*told, "tracking=none", *words])


def test_questions_that_get_fewer_demonstrations_are_told():
    words = ["selection=filtered", "selection@selection.inner=bm25", "selection.minimum=1000"]
    with pytest.warns(RuntimeWarning, match="have fewer demonstrations than k, which is 4"):
        inspect([*TOLD, "tracking=none", *words, "k=4"])
