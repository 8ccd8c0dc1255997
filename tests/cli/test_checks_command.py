"""Checks on the command line: tasks without gold answers are ranked, and gate a CI."""

import json
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from promptlab.cli.main import main

ROWS = [
    {"id": "q0", "question": "Where is my parcel?", "checks": [{"contains": "parcel"}]},
    {"id": "q1", "question": "什么时候退款？", "checks": []},
]
RUN = [
    *("dataset=jsonl", "dataset.path=test.jsonl", "selection=zero", "metric=checks"),
    *("model=scripted", "cache=off", "tracking=none"),
    "metric.checks.checks=[{contains: sorry},{name: short,words: {max: 3}}]",
]


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
    Path("test.jsonl").write_text(lines, "utf-8")
    return tmp_path


def call(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["promptlab", *words])
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_a_task_without_gold_answers_is_ranked_by_its_checks_and_gates_a_ci(
    project, monkeypatch, capsys
):
    replies = "model.reply=Sorry,'Sorry\\, the parcel'"
    assert call(monkeypatch, "-m", *RUN, replies) == 0
    board = capsys.readouterr().out
    assert "passed" in board
    assert "accuracy" not in board.partition("Leaderboard")[2].partition("interval")[0]
    results = [json.loads(path.read_text()) for path in Path("outputs").glob("*/result.json")]
    metrics = sorted((result["metrics"] for result in results), key=lambda each: each["passed"])
    assert [each["passed"] for each in metrics] == [0.5, 1.0]
    assert {"contains", "contains_2", "short", "passed_low", "passed_high"} <= metrics[0].keys()
    assert all("accuracy" not in each for each in metrics)

    gate = ["report", "outputs", "--metric", "passed", "--junit", "junit.xml"]
    assert call(monkeypatch, *gate, "--fail-under", "passed=1.0") == 0
    suites = ET.parse("junit.xml").getroot()
    assert sorted((s.get("tests"), s.get("failures")) for s in suites) == [("2", "0"), ("2", "1")]
    (failure,) = suites.iter("failure")
    assert "contains_2 0.0" in failure.get("message", "")
    capsys.readouterr()
    assert call(monkeypatch, *gate, "--fail-under", "passed.lower=0.9") == 2
    assert "passed.lower is at best 0.342" in capsys.readouterr().err
    assert call(monkeypatch, *gate, "--fail-under", "pased=0.9") == 1
    assert "did you mean passed" in capsys.readouterr().err
    assert call(monkeypatch, *gate, "--fail-under", "passed=90") == 1
    assert "expected a score and a share" in capsys.readouterr().err


def test_another_score_ranks_where_it_is_asked_for(project, monkeypatch, capsys):
    assert call(monkeypatch, "-m", *RUN, "model.reply='sorry','no'", "rank=short") == 0
    assert "short" in capsys.readouterr().out.partition("interval")[0].partition("Leaderboard")[2]
    assert call(monkeypatch, "-m", *RUN, "model.reply='sorry','no'", "rank=shrt") == 1
    said = "rank=shrt: no variant has such a score or cost; did you mean short"
    assert said in capsys.readouterr().err
