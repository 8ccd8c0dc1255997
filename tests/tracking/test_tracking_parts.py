"""The pieces that a run is written from, which need no store."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from promptlab.tracking.mlflow.location import artifacts, locate, lock_file
from promptlab.tracking.mlflow.page.metrics import Curve, numbers
from promptlab.tracking.mlflow.page.note import note
from promptlab.tracking.mlflow.page.params import params, yaml_text
from promptlab.tracking.mlflow.page.table import columns, row
from promptlab.tracking.mlflow.tracking import MLflow
from promptlab.tracking.none import NoTracking
from promptlab.types import (
    Answer,
    Completion,
    Example,
    Exchange,
    Generate,
    Message,
    Prompt,
    Question,
    Sampling,
    Score,
    Scores,
    Trial,
)


def asked(text: str) -> Prompt:
    return Prompt((Message("text", text),))


def trial(*exchanges: Exchange, **scores: float) -> Trial:
    return Trial(Example(Question("q", "?"), "A"), (), exchanges, Answer("A"), scores)


def test_no_tracking_takes_everything_and_has_no_id(tmp_path):
    with NoTracking().start("cot", {}, tmp_path) as run:
        run.log_trials([trial()])
        run.log_result({"metrics": {}})
    assert run.id == ""
    assert list(tmp_path.iterdir()) == []


def test_building_the_tracking_loads_no_mlflow():
    code = (
        "import sys; from promptlab.tracking.mlflow.tracking import MLflow; MLflow();"
        "import promptlab.tracking.mlflow.ui; print('mlflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_an_experiment_without_a_name_is_refused():
    with pytest.raises(ValueError, match="experiment is empty"):
        MLflow(experiment="")


def test_the_store_is_the_one_told_then_the_environments_then_in_the_current_folder(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert locate() == f"sqlite:///{tmp_path}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:5000")
    assert locate() == "http://127.0.0.1:5000"
    assert locate("sqlite:///mine/runs.db") == f"sqlite:///{tmp_path}/mine/runs.db"
    assert locate(f"sqlite:///{tmp_path}/runs.db") == f"sqlite:///{tmp_path}/runs.db"


def test_a_run_s_files_are_beside_an_sqlite_store_and_elsewhere_where_the_server_says(tmp_path):
    assert artifacts(f"sqlite:///{tmp_path}/mlflow.db") == (tmp_path / "mlartifacts").as_uri()
    assert artifacts("http://127.0.0.1:5000") is None
    assert lock_file(f"sqlite:///{tmp_path}/mlflow.db").parent == tmp_path / "mlartifacts"
    assert lock_file("http://a") != lock_file("http://b")


def test_draws_from_one_prompt_show_it_once_and_number_the_completions():
    request = Generate(asked("Q?"), Sampling(0.7))
    draws = [Exchange(request, Completion(text, "stop", 5, 2)) for text in ("A", "B")]
    shown = row(trial(*draws))
    assert shown["prompt"] == "Q?"
    assert shown["completion"] == "[1 of 2]\nA\n\n[2 of 2]\nB"
    assert (shown["prompt_tokens"], shown["completion_tokens"]) == (10, 4)


def test_scored_labels_are_ranked_most_probable_first():
    reply = Scores((-3.0, -0.5), (1, 1), 4)
    shown = row(trial(Exchange(Score(asked("Good?"), (" no", " yes")), reply)))
    assert shown["completion"] == "yes (-0.50) · no (-3.00)"


def test_of_many_labels_the_first_ten_are_shown():
    labels = tuple(f" label{number}" for number in range(77))
    reply = Scores(tuple(-float(number) for number in range(77)), (1,) * 77)
    shown = row(trial(Exchange(Score(asked("?"), labels), reply)))["completion"]
    assert shown.startswith("label0 (-0.00) · label1 (-1.00)")
    assert shown.endswith("label9 (-9.00) · … 67 more")


def test_a_trial_that_asked_nothing_has_a_row_too():
    assert row(trial())["completion"] == ""


def test_a_score_that_some_rows_lack_is_none_there():
    table = columns([row(trial()), row(trial(accuracy=1.0, exact=0.0))])
    assert table["accuracy"] == [None, 1.0]
    assert list(table)[7:9] == ["accuracy", "exact"]


def test_a_curve_of_many_trials_has_at_most_fifty_points_and_ends_at_the_mean():
    curve = Curve()
    for number in range(100_000):
        curve.add([trial(accuracy=float(number % 2))])
    curve.close()
    assert len(curve.points) <= 50
    assert curve.points[0][:2] == (1, 0.0)
    assert curve.points[-1][:2] == (100_000, 0.5)


def test_trials_with_no_gold_answer_draw_no_curve():
    curve = Curve()
    curve.add([trial()])
    curve.close()
    assert curve.points == []


def test_numbers_are_found_however_an_interval_is_written():
    metrics = {"accuracy": {"value": 0.5, "low": 0.4, "high": 0.6}, "f1": 1, "f1_interval": [0, 1]}
    assert numbers(metrics) == {
        "accuracy": 0.5,
        "accuracy_low": 0.4,
        "accuracy_high": 0.6,
        "f1": 1.0,
        "f1_interval_low": 0.0,
        "f1_interval_high": 1.0,
    }


def test_a_description_shows_names_and_texts_as_they_stand():
    first = {"prompt": "\x1b[2J```\n<b>", "completion": ":tada:\u202e", "outcome": "parsed"}
    text = note("**a** <img src=x>", Path("out`puts"), {}, first)
    assert r"\*\*a\*\* &lt;img src=x&gt;" in text
    assert "````text\n\\x1b[2J```\n<b>\n````" in text
    assert "```text\n:tada:\\u202e\n```" in text
    assert "Records: ``out`puts``" in text


def test_a_description_fits_in_what_mlflow_keeps():
    long = {"prompt": "字" * 50_000, "completion": "x" * 50_000, "outcome": "parsed"}
    assert len(note("cot", Path("outputs"), {}, long)) < 8000
    unseen = {"prompt": "\x1b" * 50_000, "completion": "\u202e" * 50_000, "outcome": "parsed"}
    assert len(note("cot", Path("outputs"), {}, unseen)) < 8000


def test_a_config_reads_back_and_keeps_the_white_space_that_counts():
    config = {"cue": "A:", "question": "Q: {question}\n", "text": "一\n二", "stop": ("\nQ:", " ")}
    text = yaml_text(config)
    assert 'question: "Q: {question}\\n"' in text
    assert "text: |-\n  一\n  二" in text
    assert yaml.safe_load(text) == config | {"stop": ["\nQ:", " "]}


def test_params_leave_out_where_runs_are_shown():
    config = {"k": None, "tracking": {"uri": "x"}, "nested": [{"a": 1}], "on": True}
    assert params(config) == {"k": "null", "nested": '[{"a": 1}]', "on": "true"}
