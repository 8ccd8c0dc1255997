"""The formats of other tools: exact where they can be, refused where they cannot."""

import json
import re
from pathlib import Path

import pytest
import yaml
from runs import run, write_data

from promptlab.export.to import dspy, mlflow, openai, promptfoo
from promptlab.export.write import drafted
from promptlab.importing.read import read
from promptlab.records.files import read_trials
from promptlab.template import PromptFile
from promptlab.types import Question, Task

HOSTILE = "{{ 7 * 7 }} {% raw %} {# no #} {x} %s <b>"


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return write_data(tmp_path_factory.mktemp("data") / "tiny")


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Path:
    """Questions that all have the same parts."""
    folder = tmp_path_factory.mktemp("plain")
    for name, count in (("train", 6), ("test", 3)):
        rows = [
            {"question": f"{name} {n} {HOSTILE}?", "label": ["yes", "no"][n % 2], "tier": "gold"}
            for n in range(count)
        ]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines)
    return folder


def exported(module, folder, data, name, *more, **chosen):
    run(folder / "run", data, **chosen)
    with drafted(folder / "run") as (winner, trials):
        said = module.write(winner, trials, folder / name, *more)
    return folder / name, said


def recorded(folder):
    return [
        (trial["question"], trial["exchanges"][0]["request"])
        for trial in read_trials(folder / "run")
    ]


@pytest.mark.parametrize("template", ["qa_v1", "chat_v1"])
def test_openais_messages_filled_in_are_the_recorded_prompts(template, plain, tmp_path) -> None:
    out, said = exported(openai, tmp_path, plain, "messages.json", template=template)
    body = json.loads(out.read_text("utf-8"))
    assert (body["max_tokens"], body["temperature"]) == (32, 0.0)
    for question, request in recorded(tmp_path):
        filled = [each["content"].replace("{{question}}", question) for each in body["messages"]]
        messages = request.get("messages") or [{"content": request["text"]}]
        assert filled == [each["content"] for each in messages]
    assert any("one text to continue" in each for each in said) == (template == "qa_v1")


def rendered(text, values):
    """What Nunjucks makes of a text that holds nothing but values and quoted texts."""
    known = {f"{{{{ {name} }}}}": value for name, value in values.items()} | {"{{ '{' }}": "{"}
    return re.sub(r"\{\{.*?\}\}", lambda found: known[found[0]], text)


@pytest.mark.parametrize("template", ["qa_v1", "chat_v1"])
def test_a_promptfoo_configuration_asks_the_recorded_prompts(template, plain, tmp_path) -> None:
    out, _ = exported(promptfoo, tmp_path, plain, "config.yaml", template=template)
    config = yaml.safe_load(out.read_text("utf-8"))
    (prompt,) = config["prompts"]
    assert config["providers"][0]["config"]["max_tokens"] == 32
    for test, (question, request) in zip(config["tests"], recorded(tmp_path), strict=True):
        values = {name: rendered(value, {}) for name, value in test["vars"].items()}
        assert values == {"question": question}
        if "text" in request:
            assert rendered(prompt["raw"], values) == request["text"]
        else:
            turns = json.loads(prompt["raw"])
            assert [rendered(turn["content"], values) for turn in turns] == [
                turn["content"] for turn in request["messages"]
            ]


def test_a_dspy_program_has_the_instruction_and_the_demonstrations(plain, tmp_path) -> None:
    import dspy as library

    out, said = exported(dspy, tmp_path, plain, "program.json", selection="random")
    (trial, *_) = read_trials(tmp_path / "run")
    program = library.Predict("question -> answer")
    program.load(str(out))
    assert program.signature.instructions == "Say what is right: no, yes."
    assert all(
        demo["question"] in trial["exchanges"][0]["request"]["text"] for demo in program.demos
    )
    assert len(program.demos) == len(trial["demos"]) == 3
    assert {demo["answer"] for demo in program.demos} <= {"yes", "no"}
    assert "dspy.Predict('question -> answer')" in said[0]


@pytest.mark.parametrize("module", [openai, promptfoo, dspy], ids=lambda module: module.__name__)
def test_demonstrations_that_depend_on_the_question_are_refused(module, plain, tmp_path) -> None:
    with pytest.raises(ValueError, match="the demonstrations depend on the question"):
        exported(module, tmp_path, plain, "out", selection="bm25")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("strategy", "message"),
    [("zero_shot_cot", "asked 2 prompts"), ("choose", "asked 0 prompts to be completed")],
)
def test_a_strategy_of_more_than_a_prompt_is_refused(strategy, message, plain, tmp_path) -> None:
    with pytest.raises(ValueError, match=message):
        exported(openai, tmp_path, plain, "out", strategy=strategy)


def test_questions_that_differ_in_their_parts_are_refused(data, tmp_path) -> None:
    with pytest.raises(ValueError, match="questions differ in what they have"):
        exported(openai, tmp_path, data, "out", strategy="direct")


def test_a_vote_is_said_to_be_left_out(plain, tmp_path) -> None:
    _, said = exported(openai, tmp_path, plain, "out", strategy="self_consistency")
    assert any("the vote of several draws" in each for each in said)


def test_an_mlflow_model_answers_rows_and_tables(data, tmp_path) -> None:
    import mlflow as library
    import pandas as pd

    source = {"_target_": "promptlab.model.scripted.Scripted", "reply": "The answer is no."}
    chosen = {"selection": "bm25", "strategy": "cot"}
    out, _ = exported(mlflow, tmp_path, data, "model", source, **chosen)
    model = library.pyfunc.load_model(str(out))
    assert model.predict([{"question": "Is it?"}]) == [
        {"text": "no", "outcome": "parsed", "rationale": ""}
    ]
    table = pd.DataFrame([{"question": "Is it?", "context": "It is."}, {"question": "猫？"}])
    assert [row["text"] for row in model.predict(table)] == ["no", "no"]
    assert not [path for path in out.rglob("*") if path.suffix in (".pkl", ".pickle")]


@pytest.mark.parametrize("template", ["qa_v1", "chat_v1"])
@pytest.mark.parametrize(("module", "name"), [(openai, "m.json"), (promptfoo, "config.yaml")])
def test_what_was_exported_is_imported_as_the_recorded_prompts(
    module, name, template, plain, tmp_path
):
    out, _ = exported(module, tmp_path, plain, name, template=template)
    made = read(out)
    ((file, text),) = made.prompts.items()
    for question, request in recorded(tmp_path):
        messages = PromptFile(text, file).prompt(Task(), Question("q", question)).messages
        expected = request.get("messages") or [{"content": request["text"]}]
        assert [each.content for each in messages] == [each["content"] for each in expected]
    if module is promptfoo:
        assert [each["question"] for each in made.test] == [each for each, _ in recorded(tmp_path)]
