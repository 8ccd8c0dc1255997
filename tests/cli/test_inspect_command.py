"""`inspect` on the command line: what is chosen, with no model; a map; a run in MLflow."""

import csv
import json
from pathlib import Path

import pytest
from mlflow import MlflowClient

from promptlab.cli.command.inspect import inspect
from promptlab.cli.config.compose import build, compose
from promptlab.records.files import Records
from promptlab.types import Answer, Trial

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
    assert run.data.metrics["shown/bm25"] > 0
    files = {each.path for each in client.list_artifacts(run.info.run_id)}
    assert files == {"measures.json", "labels.json", "inspect.png"}


def test_all_labels_are_written_and_a_terminal_says_what_it_leaves_out(capsys, tmp_path):
    names = [f"类{n}" for n in range(30)]
    for name, labels in (("train", names), ("test", [*names[:4], "other"])):
        rows = ({"text": f"{name} 第{n}句", "label": each} for n, each in enumerate(labels))
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text("".join(lines), "utf-8")
    data = ["dataset=jsonl", f"dataset.path={tmp_path}", "model=scripted", "template=classify_v1"]
    words = [*data, "--by", "words", "tracking=none", "selection=first", "k=2"]
    with pytest.warns(UserWarning, match="count as wrong: other"):
        inspect([*words, "--labels", "all/labels.csv"])
    said = capsys.readouterr().out
    assert "and 11 labels more: --labels labels.csv writes all" in said
    assert "without an example in the pool: other" in said
    assert "5 of 5" in said
    with Path("all/labels.csv").open(encoding="utf-8", newline="") as file:
        table = {row["label"]: row for row in csv.DictReader(file)}
    assert list(table) == [*names, "other"]
    assert table["other"] == {"label": "other", "pool": "0", "test": "0.2", "first": "0"}
    assert table["类0"]["first"] == "0.5"


@pytest.mark.parametrize("words", [["--out", "x.xyz"], ["--out", "x"], ["--labels", "x.txt"]])
def test_a_name_that_cannot_be_written_is_refused_before_anything_is_read(words, monkeypatch):
    monkeypatch.setattr("promptlab.cli.command.inspect.build", lambda _: pytest.fail("read"))
    with pytest.raises(ValueError, match=r"x.*: expected a name that ends in \."):
        inspect([*TOLD, "tracking=none", "selection=bm25", *words])
    Path("folder.png").mkdir()
    with pytest.raises(IsADirectoryError, match=r"folder.png: it is a folder; expected a file"):
        inspect([*TOLD, "tracking=none", "selection=bm25", "--out", "folder.png"])


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


def test_what_earlier_runs_answered_is_measured_and_is_no_share_of_the_pool(capsys, tmp_path):
    answered = [*TOLD[:3], "tracking=none", "selection=zero", "folder=earlier"]
    experiment = build(compose(answered[:-1]))
    trials = [
        Trial(asked, (), (), Answer(asked.answer, "why"), {"accuracy": 1.0})
        for asked in experiment.dataset.test
    ]
    Records(tmp_path / "earlier").append(trials)
    told = [*TOLD, "tracking=none", "selection=memory", "selection.runs=[earlier]", "k=2"]
    inspect([*told, "selection.pooled=false"])
    said = capsys.readouterr().out
    row = next(line.split() for line in said.splitlines() if line.split()[:1] == ["memory"])
    assert row[1:5] == ["8", "of", "8", "0.0"]


@pytest.mark.parametrize(
    "selection", ["generated", "bootstrap", "two_pass", "epr", "influence", "mdl", "uncertain"]
)
def test_a_selection_that_asks_is_refused_and_one_of_nobody_is_not(selection, capsys):
    told = [*TOLD, "tracking=none", f"selection={selection}"]
    with pytest.raises(ValueError, match="this selection asks the model, and inspect asks nobody"):
        inspect(told)
    inspect([*told, "k=0"])
    assert "0 of 8" in capsys.readouterr().out


def test_columns_stand_in_one_order_and_selections_are_called_alike(capsys):
    for told in ("k=1,2", "k=2"):
        inspect([*TOLD, "tracking=none", "selection=bm25", told])
        said = capsys.readouterr().out
        head = next(line for line in said.splitlines() if "asked" in line)
        names = ["labels_apart", "label_entropy", "vote", "coverage", "redundancy"]
        assert sorted(names, key=head.index) == names
    assert "\n bm25 " in said
    inspect([*TOLD, "tracking=none", "selection=bm25", "k=1"])
    assert "label_entropy" not in capsys.readouterr().out


def test_few_demonstrations_are_told_of_each_selection_by_its_name(recwarn):
    told = [*TOLD, "tracking=none", "selection=filtered,budget", "selection@selection.inner=first"]
    inspect([*told, "+selection.tokens=1"])
    said = [str(each.message) for each in recwarn if "fewer demonstrations" in str(each.message)]
    names = [name for name in ("filtered", "budget") for each in said if f": {name} leaves" in each]
    assert names == ["filtered", "budget"]
    assert all("tokens=1" in each for each in said)
