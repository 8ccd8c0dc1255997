"""`python -m promptlab judge`: finished runs are judged, and the judge is measured."""

import json
from pathlib import Path

import pytest
from judged_runs import contents, finished
from mlflow import MlflowClient

from promptlab.tracking.mlflow.location import locate

SCRIPTED = ("model=scripted", "model.reply='4'", "tracking=none")


@pytest.fixture
def outputs(promptlab, tmp_path):
    return [finished(tmp_path / "outputs" / name, n) for name, n in (("three", 3), ("eight", 8))]


def read(folder: Path) -> dict:
    (path,) = folder.rglob("judge.json")
    return json.loads(path.read_text("utf-8"))


def test_a_judge_is_measured_and_its_verdicts_are_shown(promptlab, outputs, tmp_path) -> None:
    before = contents(tmp_path / "outputs")
    status, out, err = promptlab("judge", "outputs", *SCRIPTED)
    assert (status, err) == (0, "")
    assert "scripted graded answers from 1 to 5 of 2 runs (judge_v1, with the reference" in out
    assert "Cohen's kappa" in out
    assert "this judge cannot be told from one who guesses: do not believe its verdicts" in out
    content = read(tmp_path)
    assert (
        content["costs"]["judge"]["calls"] == 17
    )  # what is asked alike of both runs is asked once
    assert {run["name"]: (run["grade"]["value"], run["gold"]) for run in content["graded"]} == {
        "three": (0.75, 3 / 12),
        "eight": (0.75, 8 / 12),
    }
    after = contents(tmp_path / "outputs")
    assert {path: after[path] for path in before} == before
    (again,) = [path for path in after if path.name == "judge.json"]
    assert promptlab("judge", "outputs", *SCRIPTED)[1] == out
    assert again.read_bytes() == after[again]


def test_what_a_judge_is_worth_stands_in_mlflow_once(promptlab, outputs, monkeypatch) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    for _ in range(2):
        assert promptlab("judge", "outputs", *SCRIPTED[:2])[0] == 0
    client = MlflowClient(locate())
    (run,) = client.search_runs(["1"], "tags.kind = 'judging'")
    content = read(Path("outputs"))
    (kappa,) = [each for each in content["measures"] if each["name"] == "kappa"]
    assert run.data.metrics["judge/kappa"] == kappa["value"]
    assert run.data.metrics["judge/kappa_low"] == kappa["low"]
    assert run.data.metrics["grade/eight"] == 0.75
    assert run.data.metrics["right/three"] == 1
    files = [file.path for file in client.list_artifacts(run.info.run_id)]
    assert files == ["judge.json", "judged.json", "judged.png"]


def test_it_is_told_how_to_judge(promptlab, outputs, tmp_path) -> None:
    Path("rubric.txt").write_text("Is it polite? {x} {best}\n", "utf-8")
    Path("labels.csv").write_text("id,label\nq1,right\nq2,wrong\nq3,wrong\n", "utf-8")
    words = ("outputs/three", "--rubric", "rubric.txt", "--scale", "0:4", "--labels", "labels.csv")
    status, out, err = promptlab("judge", *words, *SCRIPTED, "--out", "judged")
    assert (status, err) == (0, "")
    assert "corrected by labels" in out
    first = json.loads((tmp_path / "judged" / "judgements.jsonl").read_text("utf-8").split("\n")[0])
    system = first["exchanges"][0]["request"]["messages"][0]["content"]
    assert system.startswith("Is it polite? {x} 4 Grade the answer by a whole number from 0 (")
    assert first["value"] == 1
    content = read(tmp_path / "judged")
    assert content["settings"]["rubric"] == "Is it polite? {x} {best}"
    assert content["graded"][0]["corrected"]["value"] == pytest.approx(1 / 3)


def test_runs_are_compared_with_each_other_and_with_a_baseline(
    promptlab, outputs, tmp_path
) -> None:
    told = ("model=scripted", "model.reply=A", "tracking=none")
    status, out, _ = promptlab("judge", "outputs", "--pairwise", *told, "--out", "all")
    assert status == 0
    assert "100.0 % (56.6 to 100.0, n = 5)  share of verdicts that turn round" in out
    content = read(tmp_path / "all")
    (pair,) = content["pairs"]
    assert [pair[name] for name in ("first", "second", "won", "tied", "lost")] == [
        *("eight", "three"),
        *(0, 12, 0),
    ]
    words = ("judge", "outputs/three", "--baseline", "outputs/eight", *told, "--out", "base")
    assert promptlab(*words)[0] == 0
    assert read(tmp_path / "base")["baseline"] == "eight"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("outputs", "--rubric", "none.txt"), "--rubric none.txt: no such file; expected a text"),
        (("outputs", "--scale", "1-5"), "--scale 1-5: expected the lowest and the highest grade"),
        (("outputs", "--scale", "5:1"), "worst is 5 and best is 1"),
        (("outputs", "--baseline", "none"), "--baseline none: no such run; expected a folder, or"),
        (("outputs/three", "--pairwise"), "nothing to compare it with"),
        (("nowhere",), "nowhere: no such folder"),
        (("outputs", "--batch", "0"), "batch is 0; expected at least 1"),
        (("outputs", "metric.judge.reading=logits"), "reading"),
        (("outputs", "model.reply=Well…"), "each of the first 24 verdicts failed: the judge says"),
        (
            ("outputs", "--pairwise", "model.reply=Well…"),
            "each of the first 5 verdicts failed: the",
        ),
    ],
)
def test_bad_input_gets_one_message(promptlab, outputs, tmp_path, words, message) -> None:
    before = contents(tmp_path / "outputs" / "three")
    status, _, err = promptlab("judge", "model=scripted", "model.reply='4'", *words)
    assert status == 1
    assert message in err
    assert err.count("\n") == 1
    assert contents(tmp_path / "outputs" / "three") == before


def test_an_unfinished_run_is_left_out_and_said(promptlab, outputs, tmp_path) -> None:
    (outputs[1] / "result.json").unlink()
    with pytest.warns(UserWarning, match="not finished, left out: outputs/eight"):
        status, out, _ = promptlab("judge", "outputs", *SCRIPTED)
    assert status == 0
    assert "of 1 run (" in out
    status, _, err = promptlab("judge", "outputs/eight", *SCRIPTED)
    assert status == 1
    assert "outputs/eight: not finished" in err
