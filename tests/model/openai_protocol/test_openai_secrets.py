"""The key is told to nobody."""

import base64
import gzip
import json
import logging
import subprocess
import sys
import traceback
from dataclasses import asdict
from typing import Any

import pytest
from loopback import Call, serving
from replies import KEY, chat, completed, no_retries, refused, text

from promptlab.model.server.openai import OpenAI


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


def written(key: str) -> str:
    """A key as it stands, in capitals, percent-encoded, in base64, in hexadecimal, cut short."""
    plain = key.encode()
    encoded = (base64.b64encode(b"me:"[:shift] + plain).decode() for shift in range(3))
    percent = "".join(f"%{byte:02X}" for byte in plain)
    return " ".join(
        [key, key.upper(), percent, *encoded, plain.hex().upper(), key[:12] + "***", "…" + key[-9:]]
    )


ECHO = written(KEY)
WIRED = json.dumps(ECHO).replace("k", "\\u006B").encode()
"""The same in JSON, with escapes that no writer needs."""

ECHOES: dict[str, Any] = {
    "a completion": completed(ECHO),
    "a stop": completed("a", finish_reason=ECHO),
    "no choices": (200, {"x-key": ECHO}, {"choices": ECHO}),
    "no object": (200, {}, [ECHO]),
    "no JSON": (200, {"content-type": "text/html; charset=latin-1"}, f"<p>{KEY}".encode()),
    "no text": (200, {}, {"choices": [{"text": {KEY: ECHO}}]}),
    "another shape": (200, {}, {KEY: ECHO}),
    "a usage": (200, {}, {"choices": [{"text": "a"}], "usage": {"prompt_tokens": ECHO}}),
    "a usage of text": (200, {}, {"choices": [{"text": "a"}], "usage": ECHO}),
    "escapes": (200, {}, b'{"choices": [{"text": ' + WIRED + b"}]}"),
    "escapes in a refusal": (400, {}, b'{"error": {"message": ' + WIRED + b"}}"),
    "packed": (400, {"content-encoding": "gzip"}, gzip.compress(ECHO.encode())),
    "a refusal": refused(400, ECHO),
    "a refusal of the key": refused(401, ECHO),
    "a refusal with no words": (400, {}, b""),
    "an unknown model": refused(404, f"no model {ECHO}"),
    "a wait": refused(429, ECHO, **{"retry-after": KEY}),
    "a wait in base64": refused(
        503, "", **{"retry-after": base64.b64encode(KEY.encode()).decode()}
    ),
    "a redirection": (302, {"location": f"http://me:{KEY}@127.0.0.1:1/{KEY}?key={KEY}"}, {}),
    "a redirection to nowhere": (307, {"location": f"{KEY}://x"}, {}),
    "a cookie": refused(400, "no", **{"set-cookie": f"key={KEY}"}),
}


def given_away(text: str) -> list[str]:
    """The pieces of the key, and of the ways to write it, that a text has."""
    pieces = ECHO.replace("*", " ").replace("…", " ").split()
    cut = [piece[at : at + 12] for piece in pieces for at in range(max(1, len(piece) - 11))]
    return [piece for piece in [*cut, KEY[:8], KEY[-8:]] if piece.casefold() in text.casefold()]


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
def test_whatever_a_server_echoes_nobody_is_told(
    echo: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    models = {"data": [{"id": KEY}, {"id": ECHO}]}
    with serving(lambda call: echo if call.body else (200, {}, models)) as heard:
        model = no_retries(heard.url)
        try:
            told = [repr(model.answer([text("x")]))]
        except Exception as error:
            told = [str(error), repr(error), "".join(traceback.format_exception(error))]
            told += [repr(error.__cause__), repr(error.__context__)]
    told += [caplog.text, json.dumps(dict(model.identity))]
    assert [piece for words in told for piece in given_away(words)] == []


def test_a_completion_with_the_key_is_recorded_with_a_sign_for_it() -> None:
    with serving(lambda call: completed(f"The key is {KEY}.")) as heard:
        (reply,) = OpenAI("m", heard.url).answer([text("x")])
    assert reply.text == "The key is [key]."


@pytest.mark.parametrize("key", ["sk-ключ-to-nothing", "sk-of\x01control-characters"])
def test_a_key_that_no_request_can_hold_is_refused_and_not_repeated(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(PermissionError, match=r"OPENAI_API_KEY.*printable ASCII") as caught:
        no_retries("http://127.0.0.1:9/v1").answer([text("x")])
    assert key not in "".join(traceback.format_exception(caught.value))


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
        {"url": f"localhost:8000/v1?api_key={KEY}"},
        {"url": f"ftp://me%3A{KEY}@127.0.0.1/v1"},
        {"url": f"http://me:{KEY}＠127.0.0.1/v1"},
        {"url": f"http://[me:{KEY}/v1"},
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
        "import sys; from promptlab.model.server.openai import OpenAI; OpenAI('m').identity;"
        "print([name for name in ('openai', 'httpx', 'torch', 'jinja2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
