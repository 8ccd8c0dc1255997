"""`export` and `ask`, as they are typed."""

import io
import json
import shutil
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from own_cache import own_cache

from promptlab import load
from promptlab.cli.command.try_out import _socket, _variants
from promptlab.cli.main import main
from promptlab.export.write import seal

SWEEP = (
    *("-m", "experiment=arithmetic", "model=scripted", "selection=random,zero", "strategy=direct"),
    *("tracking=none", "dataset.limit=6"),
)


@pytest.fixture(scope="module")
def sweep(tmp_path_factory) -> tuple[Path, str]:
    """The folder of a sweep of two variants, and what it printed."""
    folder, said = tmp_path_factory.mktemp("sweep"), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
        patch.chdir(folder)
        own_cache(patch, folder / "cache")
        patch.setattr(sys, "argv", ["promptlab", *SWEEP])
        main()
    return folder, said.getvalue()


@pytest.fixture
def swept(promptlab, sweep):
    """The command line, where the sweep is; and what that printed."""
    shutil.copytree(sweep[0] / "outputs", "outputs")
    return promptlab, sweep[1]


def test_a_sweep_ends_with_the_command_that_exports_its_winner(swept) -> None:
    promptlab, out = swept
    (line,) = [line for line in out.splitlines() if " export " in line]
    words = line.partition("-m promptlab ")[2].split()
    status, told, err = promptlab(*words)
    assert status == 0, err
    assert "random and zero score the same on each of 6 examples" in told
    about = load("winner").about
    assert about["name"] == "random"
    assert "random and zero score the same on each of 6 examples" in about["comparison"]


def test_a_question_is_asked_on_the_command_line(swept, monkeypatch) -> None:
    promptlab, _ = swept
    assert promptlab("export", "outputs", "--out", "here")[0] == 0
    assert promptlab("ask", "here", "Tom has x=3, or {y} 猫?")[1] == "1\n"
    _, out, _ = promptlab("ask", "here", "How many, 3=1?", "--prompt")
    assert out.endswith("Q: How many, 3=1?\nA:\n")
    answer = promptlab("ask", "here", "a?", "--json", "model=scripted", "model.reply=It is 44.")
    assert json.loads(answer[1])["text"] == "44"
    monkeypatch.setattr(sys, "stdin", io.StringIO("From a pipe?\n"))
    assert promptlab("ask", "here", "-", "--prompt")[1].endswith("Q: From a pipe?\nA:\n")


def test_try_names_its_variants_as_a_sweep_does(promptlab, tmp_path) -> None:
    assert promptlab("try", "--help")[0] == 0
    made = _variants(["model=scripted", "tracking=none", "strategy=direct,choose"], tmp_path)
    assert [variant.name for variant in made] == ["direct", "choose"]
    assert list(tmp_path.glob("*/fit.jsonl")) == []
    with _socket(0) as taken, pytest.raises(OSError, match="say --port 0 for any"):
        _socket(taken.getsockname()[1])


def test_an_answer_that_is_not_found_is_an_error(swept) -> None:
    promptlab, _ = swept
    promptlab("export", "outputs")
    status, out, err = promptlab("ask", "winner", "a?", "model=scripted", "model.reply=Who knows?")
    assert (status, out) == (1, "")
    assert "no answer was found in the reply: it is unparsed" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("export", "outputs", "--dataset", "other"), "--dataset other: there are arithmetic"),
        (("export", "nowhere"), "nowhere: no such folder"),
        (("export", "outputs", "model=scripted"), "only --to mlflow holds who answers"),
        (("ask", "nowhere", "a?"), "nowhere: neither a winner.json"),
        (("ask", "winner", "one", "two"), "two: expected one question, in quotation marks"),
        (("ask", "winner", "a?", "model.reply=b"), "expected model=… too"),
        (("ask", "winner", "a?", "model=scirpted"), "did you mean scripted"),
        (("ask", "winner", "a?", "--field", "tier"), "--field tier: expected name=value"),
    ],
)
def test_what_cannot_be_done_is_one_message(words, message, swept) -> None:
    promptlab, _ = swept
    promptlab("export", "outputs")
    words = (*words, "--out", "other") if words[0] == "export" else words
    status, _, err = promptlab(*words)
    assert status == 1
    assert message in err
    assert "Traceback" not in err
    assert not Path("other").exists()


def test_winners_of_several_data_sets_are_named_apart(promptlab) -> None:
    words = ("-m", "model=scripted", "tracking=none", "dataset.limit=4", "selection=zero")
    status, out, err = promptlab(*words, "dataset=arithmetic,sentiment_zh")
    assert status == 0, err
    lines = [line for line in out.splitlines() if " export " in line]
    assert ["--dataset arithmetic" in line for line in lines].count(True) == 1
    assert promptlab("export", "outputs")[2].count("arithmetic, sentiment_zh") == 1
    assert promptlab("export", "outputs", "--dataset", "sentiment_zh")[0] == 0
    assert load("winner").task.labels == ("好评", "差评")


def test_gold_answers_are_read_again_as_it_was_said(promptlab, tmp_path) -> None:
    for name in ("train", "test"):
        rows = [{"question": f"{name} {n}?", "answer": f"It is so.\n#### {n}"} for n in range(4)]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines)
    data = ("dataset=jsonl", f"dataset.path={tmp_path}", "dataset.task.gold=hash")
    assert promptlab(*data, "model=scripted", "tracking=none", "hydra.run.dir=run")[0] == 0
    assert promptlab("export", "run")[0] == 0
    assert "####" not in load("winner").prompt("Is it?").text


def test_a_winner_of_somebody_elses_names_no_server_to_ask(promptlab, tmp_path) -> None:
    status, _, err = promptlab("model=scripted", "tracking=none", "dataset.limit=2", "k=1")
    assert status == 0, err
    (run,) = Path("outputs").iterdir()
    promptlab("export", str(run))
    path = Path("winner/winner.json")
    about = json.loads(path.read_text("utf-8"))
    about["model"] = {
        "identity": {"name": "gpt"},
        "source": {
            "_target_": "promptlab.model.server.openai.OpenAI",
            "name": "gpt",
            "url": "http://somewhere.example/v1",
        },
    }
    about.pop("digest")
    seal(path.parent, about)
    status, _, err = promptlab("ask", "winner", "a?")
    assert status == 1
    assert "model=openai model.name=gpt model.url=http://somewhere.example/v1" in err
