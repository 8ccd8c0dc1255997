"""`prompt=FILE` on the command line: a prompt of one's own in the place of the template."""

import json
import sys
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient

from promptlab.cli.main import main

ROWS = [
    {"question": "{{ 7*7 }} ${oc.env:HOME}", "answer": "pos", "tier": "gold"},
    {"question": "不好", "answer": "neg", "tier": "basic"},
]
FIXED = ["dataset=jsonl", "dataset.path=mine", "dataset.task.answer=label", "model=scripted"]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with records that have a field of their own, and some prompt files."""
    monkeypatch.chdir(tmp_path)
    Path("mine").mkdir()
    for name in ("train", "test"):
        lines = [json.dumps({**row, "id": f"{name}{n}"}) for n, row in enumerate(ROWS)]
        lines = [line.replace("7*7", name) for line in lines]
        Path("mine", f"{name}.jsonl").write_text("\n".join(lines), "utf-8")
    Path("terse.j2").write_text("{{ tier }}: {{ question }} =", "utf-8")
    Path("polite.txt").write_text("{{ demonstrations }}\n---\n{{ question }} =", "utf-8")
    return tmp_path


def call(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["promptlab", *words])
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def recorded(prompt):
    (path,) = Path("outputs").glob(f"*{prompt}*/trials.jsonl")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.filterwarnings("ignore:terse.j2 has no place")
def test_prompt_files_are_variants_of_a_sweep_and_hold_what_the_data_say(
    project, monkeypatch, capsys
):
    sweep = ["-m", *FIXED, "prompt=terse.j2,polite.txt", "k=1", "tracking=none", "cache=off"]
    assert call(monkeypatch, *sweep) == 0
    first, second = recorded("terse")
    assert first["exchanges"][0]["request"]["text"] == "gold: {{ test }} ${oc.env:HOME} ="
    assert second["exchanges"][0]["request"]["text"] == "basic: 不好 ="
    assert first["demos"] == []
    assert [len(trial["demos"]) for trial in recorded("polite")] == [1, 1]
    result = json.loads(next(Path("outputs").glob("*terse*/result.json")).read_text("utf-8"))
    assert result["config"]["template"]["text"] == "{{ tier }}: {{ question }} ="
    board = capsys.readouterr().out
    assert "│ terse.j2 " in board
    assert "│ polite.txt " in board
    # Another text is another run.
    Path("terse.j2").write_text("{{ question }} [{{ tier }}] =", "utf-8")
    assert call(monkeypatch, *sweep) == 0
    assert recorded("terse")[1]["exchanges"][0]["request"]["text"] == "不好 [basic] ="


@pytest.mark.filterwarnings("ignore:p.j2 has no place")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n{{ teir }}", "p.j2, line 2: no variable 'teir'; there are question"),
        ("{{ teir }}", "of the records question, answer, tier, id"),
        ("{{ answer }}", "p.j2, line 1: 'answer' is the gold answer"),
        ("{% for %}", "p.j2, line 1: not Jinja"),
        (None, "p.j2"),
    ],
)
def test_what_cannot_be_filled_in_is_told_before_anything_is_asked(
    project, monkeypatch, capsys, text, said
):
    if text is not None:
        Path("p.j2").write_text(text)
    assert call(monkeypatch, *FIXED, "prompt=p.j2", "tracking=none") == 1
    assert said in capsys.readouterr().err
    assert not list(Path("outputs").glob("*/trials.jsonl"))


def test_a_piece_of_a_template_may_name_a_field(project, monkeypatch, capsys):
    piece = "template.question='Q ({tier}): {question}\\n'"
    assert call(monkeypatch, "show", *FIXED, piece, "selection=zero") == 0
    assert "Q (gold): {{ test }}" in capsys.readouterr().out
    wrong = "template.question='Q ({teir}): {question}\\n'"
    assert call(monkeypatch, "show", *FIXED, wrong, "selection=zero") == 1
    assert "template.question: no variable 'teir'; there are" in capsys.readouterr().err


@pytest.mark.filterwarnings("ignore:.*has no place")
def test_a_prompt_in_mlflow_s_registry_is_what_was_measured_and_can_be_asked_with(
    project, monkeypatch, capsys
):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{project}/mlflow.db")
    assert call(monkeypatch, *FIXED, "prompt=terse.j2", "cache=off") == 0
    uri = f"sqlite:///{project}/mlflow.db"
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    prompt = client.load_prompt("prompts:/promptlab-terse/1")
    assert prompt.format(tier="gold", question="?") == "gold: ? ="
    capsys.readouterr()
    assert call(monkeypatch, "show", *FIXED, "prompt=prompts:/promptlab-terse/1") == 0
    assert "gold: {{ test }} ${oc.env:HOME} =" in capsys.readouterr().out
    assert call(monkeypatch, "show", *FIXED, "prompt=prompts:/nothing/1") == 1
    assert "expected prompts:/NAME/VERSION" in capsys.readouterr().err
    mlflow.set_tracking_uri(None)  # what a run has told MLflow itself, for later tests


def test_a_judge_is_asked_as_ever(project, monkeypatch, capsys):
    Path("ask.j2").write_text("{{ question }} {{ demonstrations }} =", "utf-8")
    words = [*FIXED, "prompt=ask.j2", "k=1", "metric=judge", "model.reply=pos", "tracking=none"]
    assert call(monkeypatch, *words) == 0
    kinds = [exchange.get("stage") for exchange in recorded("ask")[0]["exchanges"]]
    assert kinds == [None, "metric"]
    (system, _) = recorded("ask")[0]["exchanges"][1]["request"]["messages"]
    assert system["content"].startswith("You are a fair judge")
