"""How a server is told what a reply must be."""

import json
import warnings
from dataclasses import replace

import pytest
from loopback import serving
from replies import chat, completed, no_retries, refused, replied, text

from promptlab.model.server.openai import OpenAI
from promptlab.types import Form

SCHEMA = {"type": "object", "properties": {"年龄": {"type": "integer"}}, "required": ["年龄"]}
HELD = Form("json", json.dumps(SCHEMA, ensure_ascii=False), lead=" ")
CHOICE = Form("choice", options=("good", "bad"), lead=" ")


def test_json_is_asked_for_by_response_format() -> None:
    with serving(lambda call: replied('{"年龄": 3}')) as heard:
        (reply,) = OpenAI("m", heard.url).answer([replace(chat(("user", "Age?")), form=HELD)])
    assert reply.text == '{"年龄": 3}'
    asked = {"name": "answer", "schema": SCHEMA, "strict": True}
    sent = heard.calls[0].body["response_format"]
    assert sent == {"type": "json_schema", "json_schema": asked}


def test_any_object_is_a_json_object() -> None:
    form = Form("json", '{"type":"object"}')
    with serving(lambda call: completed("{}")) as heard:
        OpenAI("m", heard.url).answer([replace(text("x"), form=form)])
    assert heard.calls[0].body["response_format"] == {"type": "json_object"}


def test_a_free_request_says_nothing_of_a_form() -> None:
    with serving(lambda call: completed("x")) as heard:
        OpenAI("m", heard.url, structured="vllm").answer([text("x")])
    assert {"response_format", "structured_outputs"}.isdisjoint(heard.calls[0].body)


def test_vllm_is_told_of_every_form() -> None:
    forms = [HELD, CHOICE, Form("regex", "[0-9]+|none")]
    with serving(lambda call: completed("x")) as heard:
        model = OpenAI("m", heard.url, structured="vllm", concurrency=1)
        model.answer([replace(text("x"), form=form) for form in forms])
    told = [call.body["structured_outputs"] for call in heard.calls]
    assert told == [{"json": SCHEMA}, {"choice": [" good", " bad"]}, {"regex": "(?:[0-9]+|none)"}]


def test_a_server_that_has_no_words_for_a_form_is_warned_of_once() -> None:
    with serving(lambda call: completed(" good")) as heard:
        model = OpenAI("m", heard.url)
        with pytest.warns(UserWarning, match=r"output=choice.*model\.structured=vllm"):
            model.answer([replace(text("x"), form=CHOICE)])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model.answer([replace(text("y"), form=CHOICE)])


def test_a_refusal_says_how_to_do_without() -> None:
    with (
        serving(lambda call: refused(400, "unknown response_format")) as heard,
        pytest.raises(ValueError, match=r"unknown response_format.*model\.structured=none"),
    ):
        no_retries(heard.url).answer([replace(text("x"), form=HELD)])


def test_a_way_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"model\.structured is 'guided'.*expected one of"):
        OpenAI("m", structured="guided")
