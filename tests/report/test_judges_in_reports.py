"""A report says what judges are worth beside what it says of runs."""

import json
import subprocess
import sys

from judged_runs import finished, knows

from promptlab.judge.judged_run import read_judged
from promptlab.judge.judging import Judging
from promptlab.judge.outcome import outcome
from promptlab.metric.judge import Judge
from promptlab.model.scripted import Scripted
from promptlab.report.data.standings import read_standings
from promptlab.report.html.page import page
from promptlab.report.markdown.page import markdown


def judged(folder, model, **fields):
    """Let a model judge what is in a folder; return where."""
    runs = read_judged(sorted(path.parent for path in folder.rglob("trials.jsonl")))
    judging = Judging(Judge(), model, runs, outputs=folder, **fields)
    return judging.record.conclude(outcome(judging, judging()))


def test_agreement_and_verdicts_of_a_judge_are_in_the_report(tmp_path) -> None:
    for right in (3, 8):
        finished(tmp_path / f"run{right}", right)
    judged(tmp_path, Scripted(knows))
    judged(tmp_path, Scripted(knows), mode="pairwise")
    (sweep,) = read_standings([tmp_path])
    kinds = [said.sentences[0].partition(" (")[0] for said in sweep.judges]
    assert kinds == [
        "scripted compared two answers at a time of 2 runs",
        "scripted graded answers from 1 to 5 of 2 runs",
    ]
    assert sweep.judges[1].sentences[1] == "this judge agrees with what is known, more than fairly"
    for text in (markdown([sweep]), page([sweep])):
        assert "Judges" in text
        assert "1.00 (1.00 to 1.00, n = 24): with the gold answers, beyond chance" in text


def test_who_graded_in_a_run_is_measured_by_its_gold_answers(tmp_path) -> None:
    finished(tmp_path / "run", 3, metric={"judge": Judge()}, judge=Scripted("5"))
    (sweep,) = read_standings([tmp_path])
    (said,) = sweep.judges
    assert said.sentences[:2] == (
        "scripted graded answers of 1 run as metric=judge",
        "this judge cannot be told from one who guesses: do not believe its verdicts",
    )


def test_without_judges_there_is_no_such_section(tmp_path) -> None:
    finished(tmp_path / "run", 3)
    (sweep,) = read_standings([tmp_path])
    assert sweep.judges == ()
    assert "Judges" not in markdown([sweep])
    assert "Judges" not in page([sweep])


def test_what_was_changed_since_is_left_out_and_said(tmp_path) -> None:
    finished(tmp_path / "run3", 3)
    judged(tmp_path, Scripted(knows))
    (path,) = tmp_path.rglob("judge.json")
    content = json.loads(path.read_text("utf-8"))
    content["measures"][0]["value"] = 0.5
    path.write_text(json.dumps(content), "utf-8")
    (sweep,) = read_standings([tmp_path])
    (said,) = sweep.judges
    assert said.sentences[0].startswith(f"left out: {path}: changed since it was written")


def test_a_run_that_nobody_judged_needs_no_scikit_learn() -> None:
    code = "import sys, promptlab.report.judges; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
