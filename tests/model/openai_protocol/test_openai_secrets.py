"""The key is told to nobody."""

import json
import subprocess
import sys
import traceback
from dataclasses import asdict
from typing import Any

import pytest
from loopback import Call, serving
from replies import KEY, chat, completed, refused, text

from promptlab.model.openai import OpenAI


def test_the_key_is_sent_and_told_to_nobody() -> None:
    def answer(call: Call) -> Any:
        given = call.headers["Authorization"]
        return refused(401, f"Incorrect API key provided: {given}") if call.body else ({}, 500, {})

    with serving(answer) as heard:
        model = OpenAI("m", heard.url)
        with pytest.raises(PermissionError) as caught:
            model.answer([text("x")])
    assert heard.calls[0].headers["Authorization"] == f"Bearer {KEY}"
    told = [str(caught.value), "".join(traceback.format_exception(caught.value))]
    told += [repr(model), json.dumps(dict(model.identity)), json.dumps(asdict(model))]
    assert not any(KEY in words for words in told)
    assert "[key]" in str(caught.value)


def test_no_key_is_sent_where_none_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with serving(lambda call: completed("yes")) as heard:
        (reply,) = OpenAI("m", heard.url).answer([text("x")])
    assert reply.text == "yes"
    assert heard.calls[0].headers["Authorization"] == "Bearer none"


@pytest.mark.parametrize(
    "given",
    [
        {"key_variable": KEY},
        {"url": f"http://me:{KEY}@127.0.0.1:8000/v1"},
        {"url": f"http://127.0.0.1:8000/v1?api_key={KEY}"},
        {"url": f"me:{KEY}@127.0.0.1"},
    ],
)
def test_a_key_where_it_would_be_recorded_is_refused_and_not_repeated(
    given: dict[str, str],
) -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        OpenAI("m", **given)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("field_name", "value"),
    [
        ("name", ""),
        ("url", "localhost:8000"),
        ("url", "ftp://x/v1"),
        ("concurrency", 0),
        ("retries", -1),
        ("timeout", 0),
        ("deadline", 0.0),
    ],
)
def test_what_cannot_be_asked_is_refused_when_it_is_written(field_name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"model\.{field_name}.*expected"):
        OpenAI(**{"name": "m", field_name: value})


def test_a_slash_at_the_url_s_end_makes_no_difference() -> None:
    assert OpenAI("m", "http://localhost:1/v1/") == OpenAI("m", "http://localhost:1/v1")


def test_the_preview_is_the_prompt_and_sends_nothing() -> None:
    seen = OpenAI("m", "http://127.0.0.1:9/v1").preview(chat(("user", "你好")).prompt)
    assert (seen.text, seen.tokens) == ("[user]\n你好", None)


def test_building_one_imports_nothing_heavy() -> None:
    code = (
        "import sys; from promptlab.model.openai import OpenAI; OpenAI('m').identity;"
        "print([name for name in ('openai', 'httpx', 'torch', 'jinja2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
