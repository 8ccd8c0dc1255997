"""Questions that cannot be answered are named at the end of a run."""

import json
import sys
from pathlib import Path

import pytest

from promptlab.cli.main import INTERRUPTED as KEPT
from promptlab.cli.main import main

TEXTS = ("What is 2 + 2?", "word " * 400)


@pytest.fixture
def narrow(tmp_path, monkeypatch):
    """A data set of which one question is longer than the window of a stand-in for a server."""
    monkeypatch.chdir(tmp_path)
    rows = [{"id": f"q{n}", "question": text, "answer": "4"} for n, text in enumerate(TEXTS)]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "test.jsonl").write_text(lines)
    (tmp_path / "narrow.py").write_text(MODEL)
    monkeypatch.syspath_prepend(tmp_path)
    return ["dataset=jsonl", "dataset.path=test.jsonl", "selection=zero", "tracking=none"]


MODEL = """
from dataclasses import dataclass
from promptlab.model.scripted import Scripted
from promptlab.protocols import ContextOverflow
from promptlab.types import Failed

@dataclass(frozen=True)
class Narrow(Scripted):
    def answer(self, requests):
        lengths = [len(request.text.split()) for request in requests]
        replies = super().answer(requests)
        return [
            Failed(ContextOverflow(length, 100)) if length > 100 else reply
            for length, reply in zip(lengths, replies)
        ]
"""


def called(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["promptlab", *words, "model=scripted", "cache=off"])
    main()


def test_a_question_that_failed_is_named_with_its_reason(narrow, monkeypatch, capsys):
    called(monkeypatch, *narrow, "model._target_=narrow.Narrow")
    said = " ".join(capsys.readouterr().out.split())
    assert "note: 1 of 2 questions failed: q1: a prompt has" in said


def test_the_first_failure_that_stops_a_run_is_named_too(narrow, monkeypatch, capsys):
    with pytest.raises(SystemExit) as ended:
        called(monkeypatch, *narrow, "model._target_=narrow.Narrow", "on_error=stop")
    assert ended.value.code == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "question 'q1': a prompt has" in said
    assert "on_error=record goes on without it" in said


INTERRUPTED = """
from dataclasses import dataclass
from promptlab.model.scripted import Scripted

@dataclass(frozen=True)
class Interrupted(Scripted):
    def answer(self, requests):
        if "Reply:" in requests[0].text:
            raise KeyboardInterrupt
        return super().answer(requests)
"""


def test_a_sweep_that_is_interrupted_shows_what_is_finished_and_ends_as_interrupted(
    narrow, tmp_path, monkeypatch, capsys
):
    (tmp_path / "interrupted.py").write_text(INTERRUPTED)
    cues = r"template.cue='\nAnswer:','\nReply:'"
    with pytest.raises(SystemExit) as ended:
        called(monkeypatch, "-m", *narrow, "model._target_=interrupted.Interrupted", cues)
    assert ended.value.code == 130
    printed = capsys.readouterr()
    assert "Answer:" in printed.out
    assert printed.err == f"promptlab: {KEPT}\n"


def test_variants_that_differ_in_a_text_of_several_lines_are_named_by_it(narrow, monkeypatch):
    called(monkeypatch, "-m", *narrow, r"template.separator='\n\n','\n###\n'")
    results = Path("outputs").glob("*/result.json")
    assert {json.loads(path.read_text("utf-8"))["name"] for path in results} == {
        r"separator=\n\n",
        r"separator=\n###\n",
    }


def test_a_judge_that_gives_no_score_is_said_at_the_end(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["dataset=question_types", "template=classify_v1", "selection=zero", "tracking=none"]
    words += ["metric=judge", "model=scripted", "model.reply=time, no idea", "dataset.limit=3"]
    monkeypatch.setattr(sys, "argv", ["promptlab", *words, "folder=run"])
    main()
    found = json.loads(Path("run/result.json").read_text("utf-8"))["metrics"]
    assert found["judge_missing"] == 3
    assert "judge" not in found
    said = " ".join(capsys.readouterr().out.split())
    assert "judge has no score of 3 of 3 answers: question_types-test-" in said
    assert "the judge says 'time, no idea'; expected a number from 1 to 5" in said


@pytest.mark.parametrize("metric", ["consistency", "standard"])
def test_a_metric_that_scores_no_answer_is_said_at_the_end(
    metric, tmp_path, monkeypatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["dataset=question_types", "selection=zero", "tracking=none", "dataset.limit=3"]
    words += [f"metric={metric}", "model=scripted", "folder=run"]
    monkeypatch.setattr(sys, "argv", ["promptlab", *words])
    main()
    said = " ".join(capsys.readouterr().out.split())
    assert ("note: consistency scored none of 3 answers:" in said) == (metric == "consistency")
    assert ("scored none" in said) == (metric == "consistency")


def test_several_metrics_at_once_are_a_list(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["metric=[overlap,reasoning]", "selection=zero", "tracking=none", "dataset.limit=3"]
    words += ["dataset=arithmetic", "model=scripted", "model.reply=1 + 1 = 2. The answer is 2."]
    monkeypatch.setattr(sys, "argv", ["promptlab", "strategy=cot", *words, "folder=run"])
    main()
    found = json.loads(Path("run/result.json").read_text("utf-8"))["metrics"]
    assert {"accuracy", "rouge_l", "bleu", "chain_holds"} <= found.keys()
