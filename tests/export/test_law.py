"""The law of a winner: it asks what its run asked, byte for byte, and answers what it answered."""

import asyncio
from pathlib import Path

import pytest
from laws import options
from runs import MODEL, Narrow, node, reply, run, write_data

from promptlab import load
from promptlab.export.write import write
from promptlab.records.files import read_trials
from promptlab.records.trial_json import trial_from_line
from promptlab.types import Call

TRUST = ["bag_of_words"]
OF_CHOICES = ("circular", "shuffled")
STRATEGIES = [each for each in options("strategy") if each not in OF_CHOICES]
LAYOUTS = ("qa_v1", "chat_v1")
PAIRS = [(template, strategy) for template in LAYOUTS for strategy in STRATEGIES]
PAIRS += [
    (template, strategy)
    for template in options("template")
    if template not in LAYOUTS
    for strategy in ("cot", "choose")
]
"""Every strategy with a text and with turns, every template with a completion and with scores."""


class Listening:
    """Asks a model, and notes what was asked."""

    def __init__(self, model) -> None:
        self.model, self.asked = model, []
        self.preview = model.preview

    def answer(self, requests):
        self.asked += requests
        return self.model.answer(requests)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return write_data(tmp_path_factory.mktemp("data") / "tiny")


def hold(winner, folder: Path, model=MODEL) -> None:
    """Hold a winner against every trial of a run."""
    for trial in map(trial_from_line, read_trials(folder)):
        recorded = [each for each in trial.exchanges if each.stage != "metric"]
        told, asked = Listening(model), trial.example.question
        given = {"context": asked.context, "choices": asked.choices, "id": asked.id}
        assert winner.answer(asked.text, **given, model=told) == trial.answer
        requests = [each.request for each in recorded]
        assert told.asked == [each for each in requests if not isinstance(each, Call)]
        first = next(each.request for each in recorded if each.stage == "strategy")
        assert winner.prompt(asked.text, **given, model=model) == first.prompt


@pytest.mark.parametrize(("template", "strategy"), PAIRS)
def test_every_prompt_and_answer_is_the_recorded_one(template, strategy, data, tmp_path) -> None:
    run(tmp_path / "run", data, template=template, strategy=strategy)
    hold(write(tmp_path / "run", tmp_path / "winner"), tmp_path / "run")


@pytest.mark.parametrize("template", LAYOUTS)
@pytest.mark.parametrize("strategy", OF_CHOICES)
def test_choices_are_shown_in_the_orders_they_were(template, strategy, tmp_path) -> None:
    data = write_data(tmp_path / "quiz", choices=["yes", "no", "maybe"])
    run(tmp_path / "run", data, template=template, strategy=strategy)
    hold(write(tmp_path / "run", tmp_path / "winner"), tmp_path / "run")


@pytest.mark.parametrize("selection", options("selection"))
def test_demonstrations_are_chosen_as_they_were(selection, data, tmp_path) -> None:
    tree = node("selection", selection)
    tree |= {"scorer": {"_target_": "bag_of_words.SharedWords"}} if "scorer" in tree else {}
    if selection == "memory":  # of a run that answered something rightly
        run(tmp_path / "earlier", data, selection="first")
        tree |= {"runs": [str(tmp_path / "earlier")]}
    run(tmp_path / "run", data, selection=tree, strategy="auto_cot")
    hold(write(tmp_path / "run", tmp_path / "winner", trust=TRUST), tmp_path / "run")


@pytest.mark.parametrize("ordering", options("ordering"))
def test_demonstrations_stand_in_the_order_they_stood_in(ordering, data, tmp_path) -> None:
    run(tmp_path / "run", data, ordering=ordering, selection="bm25", strategy="choose")
    hold(write(tmp_path / "run", tmp_path / "winner"), tmp_path / "run")


@pytest.mark.parametrize("retrieval", ["bm25", "hybrid", "dense", "hyde"])
def test_passages_are_shown_as_they_were(retrieval, data, tmp_path) -> None:
    (tmp_path / "corpus").mkdir()
    for name, text in (
        ("a.txt", "Is it odd? 3 is odd. Is 5 odd?"),
        ("b.txt", "猫会游泳。有的不会。"),
    ):
        (tmp_path / "corpus" / name).write_text(text, "utf-8")
    tree = node("retrieval", retrieval)
    (tree.get("inner") or tree).update(corpus=str(tmp_path / "corpus"), chunk=5, k=2)
    run(tmp_path / "run", data, retrieval=tree, strategy="cot")
    trials = list(map(trial_from_line, read_trials(tmp_path / "run")))
    assert all(trial.passages for trial in trials if "odd" in trial.example.question.text)
    winner = write(tmp_path / "run", tmp_path / "winner", trust=TRUST)
    (tmp_path / "corpus" / "a.txt").unlink()
    hold(winner, tmp_path / "run")


@pytest.mark.parametrize("selection", ["random", "cluster", "influence", "one_shot_gain", "knn"])
def test_an_order_that_was_fitted_is_kept_with_what_is_kept_of_the_pool(
    selection, data, tmp_path
) -> None:
    run(tmp_path / "run", data, ordering="shared_prefix", selection=selection)
    hold(write(tmp_path / "run", tmp_path / "winner", trust=TRUST), tmp_path / "run")
    hold(load(tmp_path / "run", trust=TRUST), tmp_path / "run")


@pytest.mark.parametrize("selection", ["bm25", "knn", "influence", "one_shot_gain", "cluster"])
def test_a_run_is_loaded_from_its_own_folder_too(selection, data, tmp_path) -> None:
    run(tmp_path / "run", data, selection=selection, strategy="cot")
    hold(load(tmp_path / "run", trust=TRUST), tmp_path / "run")


@pytest.mark.parametrize(("strategy", "window"), [("direct", 62), ("self_consistency", 298)])
def test_demonstrations_are_dropped_as_they_were(strategy, window, data, tmp_path) -> None:
    model = Narrow(reply, window=window)
    metrics = run(tmp_path / "run", data, model, selection="bm25", strategy=strategy)["metrics"]
    assert 0 < metrics["mean_demos"] < 3
    hold(write(tmp_path / "run", tmp_path / "winner"), tmp_path / "run", model)


def test_an_event_loop_gets_the_same_answers(data, tmp_path) -> None:
    run(tmp_path / "run", data, strategy="self_consistency", selection="bm25")
    winner = write(tmp_path / "run", tmp_path / "winner")
    trials = list(map(trial_from_line, read_trials(tmp_path / "run")))
    questions = [trial.example.question for trial in trials]

    async def all_at_once():
        return await asyncio.gather(
            *(winner.aanswer(q.text, context=q.context, id=q.id, model=MODEL) for q in questions)
        )

    assert asyncio.run(all_at_once()) == [trial.answer for trial in trials]
    told = [{"question": q.text, "context": q.context, "id": q.id} for q in questions]
    assert winner.batch(told, model=MODEL) == [trial.answer for trial in trials]


@pytest.mark.parametrize(
    ("name", "fields", "inner"),
    [
        ("vote_k", {"budget": 4}, "mmr"),
        ("confidence_vote_k", {"budget": 4, "seeds": 2}, "knn"),
        ("uncertain", {"budget": 4}, "first"),
        ("uncertain", {"budget": 4}, "bm25"),
    ],
)
def test_what_was_not_chosen_to_be_labelled_is_no_part_of_a_winner(
    name, fields, inner, data, tmp_path
) -> None:
    chosen = node("selection", name) | fields | {"inner": node("selection", inner)}
    run(tmp_path / "run", data, selection=chosen)
    hold(load(tmp_path / "run", trust=TRUST), tmp_path / "run")
    hold(write(tmp_path / "run", tmp_path / "winner", trust=TRUST), tmp_path / "run")
    assert len((tmp_path / "winner" / "pool.jsonl").read_bytes().splitlines()) == 4
    assert not (tmp_path / "winner" / "fit.jsonl").exists()


@pytest.mark.parametrize("method", ["domain_context", "batch", "prototypical"])
def test_what_a_strategy_learnt_from_the_pool_goes_with_the_winner(method, data, tmp_path) -> None:
    inner = node("strategy", "calibrated") | {"method": method, "samples": 3}
    tree = node("strategy", "self_refine") | {"inner": inner}
    run(tmp_path / "run", data, strategy=tree)
    hold(write(tmp_path / "run", tmp_path / "winner"), tmp_path / "run")
    kept = (tmp_path / "winner" / "references.jsonl").read_text("utf-8")
    assert "猫会游泳吗？" in kept
    assert '"answer"' not in kept


def test_the_answers_that_a_threshold_was_learnt_on_go_with_the_winner(data, tmp_path) -> None:
    tree = node("strategy", "abstaining") | {"accuracy": 0.6, "samples": 5}
    run(tmp_path / "run", data, strategy=tree)
    hold(write(tmp_path / "run", tmp_path / "winner"), tmp_path / "run")
    assert '"answer"' in (tmp_path / "winner" / "references.jsonl").read_text("utf-8")
