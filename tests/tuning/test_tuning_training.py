"""An adapter is trained on answers alone, the same each time, and its best epoch is kept."""

import json
from dataclasses import replace

import pytest
import torch

from promptlab.experiment import Experiment
from promptlab.model.huggingface import HuggingFace
from promptlab.ordering.similar_last import SimilarLast
from promptlab.selection.zero import Zero
from promptlab.strategy.choose import Choose
from promptlab.strategy.direct import Direct
from promptlab.tuning.methods import LoRA, SoftPrompt
from promptlab.tuning.settings import Tuning
from promptlab.tuning.tune import tune
from promptlab.types import Dataset, Example, Question, Task

pytest.importorskip("peft", reason='peft is missing: pip install "promptlab[tune]"')

from promptlab.tuning.rows import Row, parted
from promptlab.tuning.training import rate, summed_loss, train

TASK = Task(answer="label", labels=("positive", "negative"))
CHOOSE = Choose(TASK)
WORDS = {"positive": ("best", "wonderful"), "negative": ("left", "many")}
POOL = tuple(
    Example(Question(f"{label}{n}", f"{n} {WORDS[label][n % 2]} film {n * n}"), label)
    for n in range(8)
    for label in TASK.labels
)
METHODS = [LoRA(rank=4, dropout=0.1), SoftPrompt(tokens=3)]
TUNING = Tuning(learning_rate=0.02, epochs=3, batch_size=4, patience=3)


def component(folder, adapter=""):
    return HuggingFace(str(folder), device="cpu", dtype="float32", adapter=str(adapter))


def experiment(model, strategy=CHOOSE, pool=POOL):
    return Experiment(
        Dataset("films", TASK, pool, POOL), Zero(), SimilarLast(), strategy, model, {}
    )


def unseen(*told):
    """Watch nothing."""


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def nll(model, pool=POOL):
    """Return the mean negative log-probability of a right answer, as the engine scores it."""
    asked = [next(CHOOSE.solve(each.question, ()))[0] for each in pool]
    places = [TASK.labels.index(each.answer) for each in pool]
    replies = model.answer(asked)
    total = sum(reply.logprobs[place] for reply, place in zip(replies, places, strict=True))
    return -total / len(pool)


@pytest.mark.parametrize("name", ["llama", "gemma3", "gpt2"])
def test_the_loss_is_what_the_engine_scores_whatever_the_padding(models_by_name, name):
    model, asked = models_by_name[name], next(CHOOSE.solve(POOL[0].question, ()))[0]
    told, (reply,) = model.score_tokens(asked), model.answer([asked])
    rows = [Row((*told.context, *tail), len(told.context)) for tail in told.tails]
    longer = Row((*range(5, 60), 7, 8), 3)
    with torch.no_grad():
        alone = [summed_loss(model._model, [each]).item() for each in (*rows, longer)]
        together = summed_loss(model._model, [*rows, longer]).item()
    assert alone[:2] == pytest.approx([-logprob for logprob in reply.logprobs], abs=1e-3)
    assert together == pytest.approx(sum(alone), rel=1e-5)


@pytest.mark.parametrize("method", METHODS, ids=["lora", "prompt"])
@pytest.mark.parametrize("name", ["llama", "gemma3"])
def test_what_was_learnt_is_what_the_adapted_model_answers(folders, tmp_path, name, method):
    plain = component(folders[name])
    tuning = replace(TUNING, method=method, held_out=0.0)
    told = tune(experiment(plain), tuning, tmp_path / "out", unseen)
    adapted = component(folders[name], tmp_path / "out")
    assert nll(adapted) < nll(plain) - 0.3
    assert adapted.identity["adapter"] == told["adapter"]
    assert told["loss"]["before"] is told["loss"]["epochs"][-1]["held_out"] is None
    assert told["best_epoch"] == 3


@pytest.mark.parametrize("method", METHODS, ids=["lora", "prompt"])
def test_the_loss_on_what_is_set_apart_is_that_of_the_adapter_that_is_kept(
    folders, tmp_path, method
):
    tuning = replace(TUNING, method=method, held_out=0.5)
    told = tune(experiment(component(folders["llama"])), tuning, tmp_path / "out", unseen)
    apart = parted(POOL, 0.5, 0)[1]
    lengths = component(folders["llama"]).score_tokens(next(CHOOSE.solve(POOL[0].question, ()))[0])
    best = told["loss"]["epochs"][told["best_epoch"] - 1]["held_out"]
    assert best == min(each["held_out"] for each in told["loss"]["epochs"])
    adapted = component(folders["llama"], tmp_path / "out")
    tokens = sum(len(lengths.tails[TASK.labels.index(each.answer)]) for each in apart)
    assert nll(adapted, apart) * len(apart) / tokens == pytest.approx(best, abs=1e-4)


@pytest.mark.parametrize("method", METHODS, ids=["lora", "prompt"])
def test_the_same_command_writes_the_same_bytes_and_another_seed_others(folders, tmp_path, method):
    made = []
    for number, seed in enumerate((0, 0, 1)):
        tuning, out = replace(TUNING, method=method, epochs=1, seed=seed), tmp_path / str(number)
        tune(experiment(component(folders["llama"])), tuning, out, unseen)
        made.append({name: each for name, each in files(out).items() if name != "tuning.json"})
    assert made[0] == made[1] != made[2]
    assert set(made[0]) == {"adapter_config.json", "adapter_model.safetensors"}


def test_the_record_says_from_what_it_came_and_what_it_cost(folders, tmp_path):
    model = component(folders["llama"])
    told = tune(experiment(model, Direct(TASK)), TUNING, tmp_path / "out", unseen)
    assert told == json.loads((tmp_path / "out" / "tuning.json").read_text("utf-8"))
    assert told["model"] == {**model.identity, "dtype": "float32"}
    assert (told["dataset"], told["template"], told["strategy"]) == ("films", "qa_v1", "Direct")
    assert told["data"]["examples"] == 16
    examples = told["examples"]
    assert (examples["trained"], examples["held_out"], examples["left_out"]["count"]) == (14, 2, 0)
    assert told["tokens"]["training"] % 3 == 0 < told["tokens"]["training"]
    assert told["tokens"]["held_out"] % 4 == 0 < told["tokens"]["held_out"]
    assert len(told["loss"]["epochs"]) == 3
    assert told["seconds"] > 0
    assert told["tuning"]["method"] == {"name": "LoRA", **vars(LoRA()), "layers": []}
    assert {"peft", "torch"} <= set(told["versions"])


def test_what_is_there_already_is_found_or_left_as_it_is(folders, tmp_path):
    out, tuning = tmp_path / "out", replace(TUNING, epochs=1)
    asked = experiment(component(folders["llama"]))
    once = tune(asked, tuning, out, unseen)
    before = files(out)

    def never(*told):
        raise AssertionError("it is trained again")

    assert tune(asked, tuning, out, never) == once
    with pytest.raises(FileExistsError, match="trained otherwise, and nothing is written over"):
        tune(asked, replace(tuning, seed=3), out, never)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="something else"):
        tune(asked, tuning, tmp_path / "mine", never)
    assert files(out) == before
    assert files(tmp_path / "mine") == {"notes.txt": b"mine"}
    (tmp_path / "empty").mkdir()
    assert tune(asked, tuning, tmp_path / "empty", unseen)["adapter"] == once["adapter"]


def test_one_who_interrupts_keeps_the_best_and_the_same_command_begins_anew(folders, tmp_path):
    asked, seen = experiment(component(folders["llama"])), []

    def interrupt(done, total, said):
        seen.append(done)
        if done > at:
            raise KeyboardInterrupt

    at = 20
    told = tune(asked, TUNING, tmp_path / "out", interrupt)
    assert (told["ended"], told["best_epoch"], len(told["loss"]["epochs"])) == ("interrupted", 1, 1)
    assert nll(component(folders["llama"], tmp_path / "out")) < nll(component(folders["llama"]))
    assert tune(asked, TUNING, tmp_path / "out", unseen)["ended"] == "epochs"
    at = 3
    with pytest.raises(KeyboardInterrupt):
        tune(asked, TUNING, tmp_path / "other", interrupt)
    assert not (tmp_path / "other").exists()


def test_what_came_there_during_the_training_is_left_as_it_is(folders, tmp_path):
    out = tmp_path / "out"

    def intrude(*told):
        out.mkdir(exist_ok=True)
        (out / "notes.txt").write_text("mine")

    with pytest.raises(FileExistsError, match=f"by now.*the adapter is in {tmp_path}/.out-") as no:
        tune(experiment(component(folders["llama"])), replace(TUNING, epochs=1), out, intrude)
    assert files(out) == {"notes.txt": b"mine"}
    assert "adapter" in component(folders["llama"], str(no.value).rpartition(" ")[2]).identity


def test_it_stops_where_more_epochs_bring_nothing(folders):
    model = component(folders["llama"])
    rows = [Row((5, 6, number % 7, 9 + number), 3) for number in range(40)]
    tuning = Tuning(learning_rate=0.05, epochs=40, batch_size=8, patience=2, held_out=0.5)
    told = train(model, rows, tuning, unseen)
    assert told.ended == "patience"
    assert len(told.epochs) == told.best + 2 < 40


def test_the_model_of_the_process_stays_as_it_was(folders, tmp_path):
    model = component(folders["llama"])
    before, chance = nll(model), torch.random.get_rng_state()
    tune(experiment(model), replace(TUNING, epochs=1), tmp_path / "out", unseen)
    assert nll(model) == before
    assert torch.equal(torch.random.get_rng_state(), chance)


def test_what_is_longer_than_the_window_is_left_out_and_refused_where_it_is_all(folders, tmp_path):
    long = replace(POOL[0], question=Question("long", "film " * 248))
    model = component(folders["llama"])
    tuning = replace(TUNING, epochs=1, method=SoftPrompt(tokens=20))
    told = tune(experiment(model, pool=(*POOL, long)), tuning, tmp_path / "out", unseen)
    assert told["examples"]["left_out"]["count"] == 1
    with pytest.raises(ValueError, match="longer window|window holds"):
        tune(experiment(model, pool=(long,)), tuning, tmp_path / "other", unseen)


def test_the_learning_rate_rises_and_falls():
    rates = [rate(step, 30) for step in range(30)]
    assert rates[:3] == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert rates[3:] == sorted(rates[3:], reverse=True)
    assert 0 < rates[-1] < 0.05


@pytest.mark.parametrize(
    ("fields", "what"),
    [({"epochs": 0}, "epochs is 0"), ({"learning_rate": 0}, "rate is 0"), ({"held_out": 1}, "out")],
)
def test_settings_that_train_nothing_are_refused(fields, what):
    with pytest.raises(ValueError, match=what):
        Tuning(**fields)
    with pytest.raises(ValueError, match="rank is 0"):
        LoRA(rank=0)
    with pytest.raises(ValueError, match="tokens is 0"):
        SoftPrompt(tokens=0)


def test_a_missing_package_is_named_with_its_extra(folders, tmp_path, monkeypatch):
    monkeypatch.setattr("promptlab.tuning.tune.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "promptlab\[tune\]"'):
        tune(experiment(component(folders["llama"])), TUNING, tmp_path / "out", unseen)


def test_a_model_that_cannot_be_trained_is_refused(folders, tmp_path):
    for fields, what in [({"adapter": "x"}, "adapter is x"), ({"quantization": "8bit"}, "8bit")]:
        model = replace(component(folders["llama"]), **fields)
        with pytest.raises(ValueError, match=f"tune: model.*{what}"):
            tune(experiment(model), TUNING, tmp_path / "out", unseen)
