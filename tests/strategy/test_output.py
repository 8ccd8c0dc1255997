"""Which request of a strategy is held to a form, and that requests without one are as they were."""

import json
from pathlib import Path

import pytest
from laws import driven

from promptlab.cli.command.show import previews
from promptlab.cli.config.compose import build, compose
from promptlab.model.cache.key import named
from promptlab.model.scripted import Scripted
from promptlab.output.choice import Choice
from promptlab.output.json import Json
from promptlab.records.trial_json import trial_from_line, trial_line
from promptlab.strategy.direct import Direct
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.strategy.thought.zero_shot_cot import ZeroShotCoT
from promptlab.strategy.voting.self_consistency import SelfConsistency
from promptlab.template import Template
from promptlab.types import (
    Answer,
    Completion,
    Example,
    Exchange,
    Form,
    Generate,
    Message,
    Prompt,
    Question,
    Task,
    Trial,
)

TASK = Task(answer="label", labels=("yes", "no"))
ASKED = Question("q", "Is it so?")
DEMO = Example(Question("d", "Is 1 odd?"), "yes", "1 is odd.")
CHAT = Template("chat", layout="turns")


def replies(request):
    return Completion(" It is. ") if request.form is None else Completion(" no")


def asked(strategy):
    batches, answer = driven(strategy.solve(ASKED, (DEMO,)), replies)
    return [request for batch in batches for request in batch], answer


def test_a_direct_answer_is_held_to_its_form() -> None:
    (request,), answer = asked(Direct(TASK, output=Choice()))
    assert request.form == Form("choice", options=("yes", "no"), lead=" ")
    assert answer.text == "no"
    (request,), _ = asked(Direct(TASK, CHAT, output=Choice()))
    assert request.form.lead == ""


def test_a_chain_of_thought_is_free_and_its_answer_a_request_of_its_own() -> None:
    (first, last), answer = asked(ChainOfThought(TASK, output=Choice()))
    assert first.form is None
    assert first.sampling.stop == ("\nQ:", "The answer is")
    assert last.form == Form("choice", options=("yes", "no"), lead=" ")
    assert last.prompt.text == first.prompt.text + " It is. The answer is"
    assert answer == Answer("no", "It is.")


def test_a_chinese_chain_of_thought_leads_up_to_the_answer_without_a_space() -> None:
    template = Template("zh", reasoned="{rationale}{trigger}{answer}。", trigger="所以答案是")
    (_, last), _ = asked(ChainOfThought(TASK, template, output=Choice()))
    assert last.prompt.text.endswith(" It is.所以答案是")
    assert last.form.lead == ""


def test_the_second_stage_of_zero_shot_reasoning_is_held() -> None:
    (first, last), answer = asked(ZeroShotCoT(TASK, output=Choice()))
    assert (first.form, last.form.options, answer.text) == (None, ("yes", "no"), "no")


def test_a_vote_is_over_values() -> None:
    texts = ['{"a": 1, "b": 2}', '{"b":2.0,"a":1}', '{"a": 2}']
    held = SelfConsistency(
        Direct(Task(answer="json"), output=Json().loaded()), samples=3, task=Task(answer="json")
    )
    _, answer = driven(
        held.solve(ASKED, ()), lambda request: Completion(texts[request.sampling.draw])
    )
    assert answer.text == '{"a":1,"b":2}'
    assert answer.votes == (('{"a":1,"b":2}', 2.0), ('{"a":2}', 1.0))


PROMPT = Prompt((Message("text", "x"),))


def test_a_request_without_a_form_is_what_it_was() -> None:
    free = Generate(PROMPT)
    assert free.digest == "7a54c603a5a970658c6f48360c2a829e0b3eaefcd05bf2e9b009f092468bcca2"
    (key,) = named(Scripted(), [free])[0]
    assert key.hex() == "7bb27d2480b40b17bce4452d71f21e7cc9cd57fee98177726540a6233803a806"
    line = trial_line(trial(free))
    assert list(line["exchanges"][0]["request"]) == ["kind", "text", "sampling"]
    assert "why" not in line


def trial(request, why=""):
    exchange, answer = Exchange(request, Completion("x")), Answer("x", why=why)
    return Trial(Example(ASKED, "x"), (), (exchange,), answer, {"accuracy": 1.0})


@pytest.mark.parametrize(
    "form", [Form("json", '{"type":"object"}', lead=" "), Form("choice", options=("a", "二"))]
)
def test_a_form_is_part_of_the_record_the_digest_and_the_key(form) -> None:
    held = Generate(PROMPT, form=form)
    assert held.digest != Generate(PROMPT).digest
    assert named(Scripted(), [held]) != named(Scripted(), [Generate(PROMPT)])
    missed = trial(held, "there is no JSON in the reply")
    line = json.loads(json.dumps(trial_line(missed)))
    assert trial_from_line(line) == missed
    assert trial_line(trial_from_line(line)) == line


TOLD = ["model=scripted", "tracking=none", "dataset.limit=2", "k=1"]


def built(*overrides):
    return build(compose([*TOLD, *overrides]))


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["strategy=choose", "output=choice"], "Choose has no reply that could be held to Choice"),
        (["strategy=dspy", "output=choice"], "DSPyProgram has no reply"),
        (["output=json"], r"task\.answer is label: say output\.field"),
        (["output=regex"], r"output\.pattern is empty"),
        (["dataset=arithmetic", "output=choice"], r"output\.options"),
        (["output=json", "output.schema=none.json"], "none.json: no such file"),
    ],
)
def test_what_makes_no_sense_is_refused_when_it_is_composed(overrides, message) -> None:
    with pytest.raises((ValueError, OSError), match=message):
        built(*overrides)


def test_every_strategy_that_answers_in_its_own_words_takes_an_output() -> None:
    for strategy in ("direct", "cot", "zero_shot_cot", "self_consistency", "esc", "auto_cot"):
        assert built(f"strategy={strategy}", "output=choice")


def test_a_schema_is_part_of_the_config_by_what_it_says(tmp_path: Path) -> None:
    path, keys = tmp_path / "schema.json", set()
    for content in ('{"properties": {"a": {"const": "${k}"}}}', '{"type": "object"}'):
        path.write_text(content)
        experiment = built("output=json", f"output.schema={path}", "output.field=a")
        assert json.loads(experiment.config["output"]["text"]) == json.loads(content)
        keys.add(experiment.key)
    assert len(keys) == 2


def test_show_says_what_the_reply_must_be() -> None:
    (text,) = previews(built("output=choice"), 1)
    assert "\n[choice: 'definition' | " in text
