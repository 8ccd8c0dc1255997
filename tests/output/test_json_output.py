"""JSON for an answer: the schema's file, and what is read off replies."""

import json
from dataclasses import replace

import pytest

from promptlab.extract import Extract, canonical, read, same
from promptlab.metric.accuracy import Accuracy
from promptlab.metric.exact_match import ExactMatch
from promptlab.output.json import Json
from promptlab.types import Completion, Dataset, Example, Question, Task

TASK, NUMBER = Task(answer="json"), Task(answer="number")
NOTHING = Question("q", "?")
SCHEMA = {
    "type": "object",
    "properties": {"reasoning": {"type": "string"}, "answer": {"type": "integer"}},
    "required": ["reasoning", "answer"],
}
REPLY = Extract(policy="reply")


def output(schema=SCHEMA, **more):
    return Json(text=json.dumps(schema), **more).loaded()


def said(text, task=TASK, schema=SCHEMA, reason="stop", **more):
    return output(schema, **more).read(Completion(text, reason), task, NOTHING, REPLY)


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ('{"b": 1.0, "a": [true, null]}', '{"a":[true,null],"b":1}'),
        ('Sure! Here it is:\n```json\n{"名": "水\\u6c34"}\n```\nBye.', '{"名":"水水"}'),
        ('<think>{"a": 0}</think>{"a": 2e2}', '{"a":200}'),
        ("see [1, 2] {broken", "[1,2]"),
        ('"a text"', '"a text"'),
        ('{"half": "\\ud83d"}', '{"half":"\\ud83d"}'),
    ],
)
def test_the_first_json_of_a_reply_is_its_answer(reply, answer) -> None:
    assert read(Completion(reply), TASK, NOTHING, REPLY).text == answer


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("There is none.", "no JSON"),
        ('{"a": 1', "broken"),
        ("{'a': 1}", "broken"),
        ("[NaN]", "broken"),
        ("[1e999]", "broken"),
        ("[" * 100_000, "broken"),
        ("9" * 10_000, "no JSON"),
        ('{"answer": 3}', "'reasoning' is a required property"),
        ('{"reasoning": "", "answer": "three"}', r"$.answer: 'three' is not of type 'integer'"),
    ],
)
def test_a_reply_without_it_is_unparsed_and_says_why(reply, why) -> None:
    answer = said(reply)
    assert (answer.text, answer.outcome) == ("", "unparsed")
    assert why in answer.why


def test_a_reply_that_ran_out_of_tokens_is_truncated() -> None:
    assert said('{"reasoning": "one', reason="length").outcome == "truncated"


def test_of_several_values_the_first_that_keeps_to_the_schema_counts() -> None:
    kept = '{"answer":7,"reasoning":""}'
    assert said(f'[1] {{"answer": "x"}} {kept} {{"answer": 8, "reasoning": ""}}').text == kept


def test_two_answers_are_the_same_by_value() -> None:
    assert same('{"a": 1, "b": [2.50]}', '{"b":[2.5],"a":1.0}', TASK)
    assert not same('{"a": [1, 2]}', '{"a": [2, 1]}', TASK)
    assert not same('{"a": true}', '{"a": "true"}', TASK)
    assert canonical("no JSON", TASK, NOTHING) is None


def test_json_is_scored_by_value_whatever_its_order() -> None:
    gold = Example(NOTHING, '{"b": 1.0, "a": "x"}')
    for metric in (Accuracy(TASK), ExactMatch(TASK)):
        assert metric(said('{"a": "x", "b": 1}', schema={"type": "object"}), gold) == 1
        assert metric(said('{"a": "X", "b": 1}', schema={"type": "object"}), gold) == 0


def test_the_answer_may_be_one_property_of_the_tasks_kind() -> None:
    answer = said('{"reasoning": "5 + 2", "answer": 7}', NUMBER, field="answer")
    assert (answer.text, answer.rationale) == ("7", '{"answer":7,"reasoning":"5 + 2"}')
    labels = Task(answer="label", labels=("好", "坏"))
    of_labels = {"type": "object", "properties": {"情感": {"enum": ["好", "坏"]}}}
    assert said('{"情感": "坏"}', labels, of_labels, field="情感").text == "坏"
    missed = said("{}", labels, of_labels, field="情感")
    assert (missed.outcome, missed.why) == ("unparsed", "it has no 情感")
    open_schema = {"type": "object"}
    none = said('{"answer": {"x": []}}', NUMBER, open_schema, field="answer")
    assert none.why == "answer is '{\"x\":[]}', which is no answer of the kind number"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"schema.json, line 1, column 1: .*expected a JSON Schema"),
        ('{\n  "type": "object",\n  "properties": {"a" 1}\n}', r"schema.json, line 3, column 22"),
        ('["object"]', r"schema.json: \['object'\] is no JSON Schema; expected an object"),
        ('{"type": "number or so"}', r"schema.json: no JSON Schema \(\$.type: 'number or so'"),
        ('{"type": "array", "uniqueItems": true}', r"held to this schema .*uniqueItems"),
        ('{"$ref": "#/nowhere"}', r"held to this schema .*/nowhere"),
        ('{"$ref": "https://example.org/a.json"}', "held to this schema"),
        ('{"$ref": "#"}', "no reply matches it"),
        ('{"type": "string", "minLength": 3, "maxLength": 2}', "minLength"),
        ('{"items":' * 5_000 + "{}" + "}" * 5_000, "schema.json: "),
        ('{"type": "string", "pattern": "(?=a)"}', "look-around"),
    ],
)
def test_what_is_no_schema_is_refused_with_its_file(content, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schema.json").write_text(content, "utf-8")
    with pytest.raises(ValueError, match=message):
        Json("schema.json").loaded()


def test_a_schema_that_nobody_loaded_is_read_when_it_is_needed(tmp_path) -> None:
    (tmp_path / "schema.json").write_text('{"type": "array"}')
    form = Json(str(tmp_path / "schema.json")).form(TASK, NOTHING, str, "")
    assert form.text == '{"type":"array"}'


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"output\.schema is nowhere\.json: no such file"):
        Json("nowhere.json").loaded()


def test_a_field_that_the_schema_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of reasoning, answer"):
        output(field="anwser")


def test_the_order_of_the_properties_is_kept() -> None:
    form = output().form(TASK, NOTHING, lambda answer, question, task: answer, " ")
    assert form.text.index("reasoning") < form.text.index("answer")
    assert form.lead == " "


def test_the_kind_of_answer_must_agree() -> None:
    example = Example(NOTHING, "{'a': 1}")
    dataset = Dataset("d", TASK, (), (example,))
    with pytest.raises(ValueError, match="question 'q' is no JSON"):
        output().check(dataset)
    output().check(replace(dataset, test=(Example(NOTHING, ""),)))
    numbers = replace(dataset, task=NUMBER)
    output(field="answer").check(numbers)
    with pytest.raises(ValueError, match=r"dataset\.task\.answer is number: say output\.field"):
        output().check(numbers)
    with pytest.raises(ValueError, match=r"dataset\.task\.answer is json; expected its kind"):
        output(field="answer").check(dataset)
