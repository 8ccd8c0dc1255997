"""`tune` trains an adapter from the command line, and runs ask the model with it."""

import json
from pathlib import Path

import pytest
from tiny_models import _one_thread, folders, make_tokenizer  # noqa: F401  fixtures

from promptlab.cli.command.tune import composed, summary

ROWS = [
    {"id": f"{n}", "text": f"{n} {word} film", "label": label}
    for n in range(8)
    for label, word in (("positive", "wonderful"), ("negative", "left"))
]
HERE = ("out=a", "model=hf", "model.name=nowhere")
QUICK = ("tuning.epochs=1", "tuning.method.rank=2", "tuning.learning_rate=0.02")


@pytest.fixture
def tune(promptlab, folders):  # noqa: F811
    """Call a command on a little data and a tiny model; returns its status and what it wrote."""
    lines = "".join(json.dumps(row) + "\n" for row in ROWS)
    Path("train.jsonl").write_text(lines, "utf-8")
    Path("test.jsonl").write_text(lines, "utf-8")
    about = ("dataset=jsonl", "dataset.path=.", "dataset.task.answer=label", "leakage=warn")
    model = ("model=hf", f"model.name={folders['llama']}", "model.dtype=float32")
    return lambda *words: promptlab(*words, *about, *model, "strategy=choose")


def test_an_adapter_is_a_model_like_any_other(tune):
    peft = pytest.importorskip("peft", reason='peft is missing: pip install "promptlab[tune]"')
    assert peft
    status, out, err = tune("tune", "out=mine/first", *QUICK)
    assert (status, "promptlab:" in err.replace("promptlab: leakage", "")) == (0, False), err
    said, how = out.strip().splitlines()
    assert said.startswith("14 examples, ")
    assert "epoch 1 of 1 is kept" in said
    assert how.startswith("python -m promptlab dataset=jsonl dataset.path=. ")
    assert how.endswith("strategy=choose selection=zero model.adapter=mine/first")
    assert tune("tune", "out=mine/first", *QUICK)[1] == out
    asked = ("selection=zero", "tracking=none", "model.adapter=mine/first", "hydra.run.dir=run")
    assert tune(*asked)[0] == 0
    result = json.loads(Path("run/result.json").read_text("utf-8"))
    record = json.loads(Path("mine/first/tuning.json").read_text("utf-8"))
    assert result["model"]["adapter"] == record["adapter"]
    # Another adapter under the same name is another model: the run is not taken for finished.
    before = Path("run/trials.jsonl").read_bytes()
    Path("mine/first").rename("mine/old")
    assert tune("tune", "out=mine/first", *QUICK, "seed=1")[0] == 0
    status, _, _ = tune(*asked)
    again = json.loads(Path("run/result.json").read_text("utf-8"))
    assert again["model"]["adapter"] != record["adapter"]
    assert Path("run/trials.jsonl").read_bytes() != before


def test_what_is_missing_is_said(promptlab):
    for words, said in {
        (): "expected one folder for the adapter: out=adapter",
        ("out=a", "out=b"): "expected one folder",
        ("out=a", "model=scripted"): "a Scripted, whose weights are not here",
        (*HERE, "dataset.pool_limit=0"): "there is nothing to learn from the pool",
        ("out=a", "tuning.epochs=0"): "epochs is 0 and|epochs is 0, batch_size",
        ("out=a", "tuning=prompt", "tuning.method.rank=2"): "rank",
        ("out=a", "k=1,2"): "several values are several variants",
    }.items():
        status, _, err = promptlab("tune", *words)
        assert (status, any(part in err for part in said.split("|"))) == (1, True), err
    assert not Path("a").exists()


def test_one_who_interrupts_is_told_what_is_kept(promptlab, monkeypatch):
    epochs = [{"loss": 0.5, "held_out": None, "seconds": 1.0}]
    told = {
        "examples": {"trained": 9, "held_out": 0, "left_out": {"count": 0, "reasons": []}},
        "tokens": {"training": 90, "held_out": 0},
        "seconds": 1.0,
        "loss": {"before": None, "epochs": epochs},
        "best_epoch": 1,
        "ended": "interrupted",
    }
    monkeypatch.setattr("promptlab.cli.command.tune.run_tune", lambda *_: told)
    status, out, err = promptlab("tune", *HERE)
    assert (status, "epoch 1 of 1 is kept" in out) == (130, True)
    assert "the best epoch until then is in a; the same command begins anew" in err

    def nothing(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("promptlab.cli.command.tune.run_tune", nothing)
    status, _, err = promptlab("tune", *HERE)
    assert (status, "before the first epoch had ended: nothing is written to a" in err) == (
        130,
        True,
    )


def test_a_run_is_not_told_how_to_train(promptlab):
    status, _, err = promptlab("tuning=lora", "model=scripted")
    assert (status, "python -m promptlab tune" in err) == (1, True)


def test_no_demonstrations_are_shown_unless_they_are_asked_for():
    experiment, tuning = composed(["dataset=arithmetic", "seed=3"])
    assert (type(experiment.selection).__name__, tuning.seed) == ("Zero", 3)
    experiment, tuning = composed(["dataset=arithmetic", "selection=random", "tuning=prompt"])
    assert type(experiment.selection).__name__ == "Random"
    assert type(tuning.method).__name__ == "SoftPrompt"


def test_a_training_that_gained_nothing_says_so():
    told = {
        "examples": {"trained": 9, "held_out": 1, "left_out": {"count": 1, "reasons": ["b: none"]}},
        "tokens": {"training": 90, "held_out": 20},
        "seconds": 1.0,
        "loss": {"before": 1.0, "epochs": [{"loss": 0.5, "held_out": 1.5}]},
        "best_epoch": 1,
    }
    assert summary(told) == (
        "9 examples, 110 tokens read in 1.0 s; epoch 1 of 1 is kept, with a loss of 0.500 (1.500 "
        "on 1 set apart, 1.000 before: nothing was gained); 1 left out (b: none)"
    )
