"""`promptlab report` prints the leaderboard and writes its files, and says what it cannot use."""

import re
import sys
from functools import partial
from pathlib import Path

import pytest

from promptlab.cli.command.report import beside
from promptlab.records.files import Records
from promptlab.types import Answer, Example, Question, Trial


@pytest.fixture
def report(promptlab):
    """Run the command in a folder of its own; returns its status and what it wrote."""
    return partial(promptlab, "report")


@pytest.fixture
def outputs(tmp_path):
    for name, every in (("knn", 5), ("random", 2)):
        records = Records(tmp_path / "outputs" / name)
        records.append(
            [
                Trial(
                    Example(Question(f"ex-{n}", f"How many are {n}?"), "yes"),
                    (),
                    (),
                    Answer("yes" if n % every else "no"),
                    {"accuracy": float(n % every > 0), "f1": 0.5},
                )
                for n in range(60)
            ]
        )
        records.write_result({"name": name, "dataset": "toy", "metrics": {}})
    return tmp_path / "outputs"


def test_texts_can_be_left_out(report, outputs):
    secret = "How many are"
    for flags, seen in (((), True), (("--without-texts",), False)):
        status, out, _ = report(str(outputs), "--out", "here", *flags)
        assert status == 0
        for name in ("report.html", "report.md", "report.csv"):
            text = Path("here", name).read_text("utf-8")
            assert ("ex-5" in text) == (name != "report.csv")
            assert (secret in text) == (seen and name != "report.csv")
        assert "knn beats random by 30 points" in out


def test_the_leaderboard_is_printed_and_written(report, outputs):
    status, out, _ = report(str(outputs), "--out", "here")
    assert status == 0
    assert "knn beats random by 30 points" in out
    assert "here/report.html" in out
    assert Path("here/report.html").read_text("utf-8").startswith("<!doctype html>")
    assert Path("here/report.md").read_text("utf-8").startswith("# Leaderboard: toy")
    assert Path("here/report.csv").read_text("utf-8").startswith("dataset,variant,")


def test_without_a_path_the_outputs_are_reported_beside_them(report, outputs):
    status, _, _ = report()
    assert status == 0
    assert Path("report/report.html").exists()
    assert beside(str(outputs)) == outputs.parent / "report"


def test_a_picture_of_the_table_is_written_where_asked(report, outputs):
    status, _, _ = report(str(outputs / "knn"), str(outputs / "random"), "--svg", "board.svg")
    assert status == 0
    assert Path("board.svg").read_text("utf-8").startswith("<svg")


def test_another_metric_and_a_baseline_can_be_named(report, outputs):
    status, out, _ = report("--metric", "f1", "--baseline", "random")
    assert status == 0
    assert "f1 %" in out
    assert "random (baseline)" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "no such folder"),
        (["--metric", "bleu"], "no run has a score 'bleu'"),
        (["--baseline", "best"], "expected one of knn, random"),
    ],
)
def test_what_cannot_be_reported_is_said_in_one_message(report, outputs, arguments, said):
    status, _, err = report(*arguments)
    assert status == 1
    assert said in err
    assert len(err.splitlines()) == 1


def test_what_is_broken_is_said_and_the_rest_is_reported(report, outputs):
    path = outputs / "random" / "trials.jsonl"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(["{broken\n", *lines[1:]]) + lines[0][:40], "utf-8")
    records = Records(outputs / "other")
    question = Question("ex-1", "Something else?")
    records.append([Trial(Example(question, "no"), (), (), Answer("no"), {"accuracy": 1.0})])
    records.write_result({"name": "elsewhere", "dataset": "other", "metrics": {}})
    status, out, err = report(str(outputs), "--out", "here")
    assert (status, err) == (0, "")
    said = " ".join(out.split())
    files = [Path("here", name).read_text("utf-8") for name in ("report.md", "report.html")]
    for written in (said, *(text.replace("\\", "") for text in files)):
        assert "trials.jsonl, line 1: broken, left out" in written
        assert "trials.jsonl, line 61: half-written, left out" in written
        assert "elsewhere: run on other, compared apart" in written
        assert "random: lacks 1 of 60 answers" in written
        assert "knn beats random by" in written


def test_no_model_is_loaded(report, outputs, monkeypatch):
    for heavy in ("torch", "transformers", "mlflow", "hydra", "pandas"):
        monkeypatch.setitem(sys.modules, heavy, None)
    status, _, err = report()
    assert (status, err) == (0, "")


def test_a_sweep_without_mlflow_is_reported_without_older_runs(promptlab) -> None:
    quick = ("dataset=question_types", "dataset.limit=2", "model=scripted", "tracking=none")
    promptlab(*quick, "selection=random", "k=1", "name=older")
    _, out, _ = promptlab("-m", *quick, "selection=zero,random")
    (sweep,) = set(re.findall(r"promptlab report (sweep-\w+)", out))
    status, out, err = promptlab("report", sweep)
    assert (status, err) == (0, "")
    assert "older" not in out
    assert "older" in promptlab("report", "outputs")[1]
