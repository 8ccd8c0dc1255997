"""What is said when something is wrong."""

import json
from typing import Any

import pytest
from loopback import Call, serving
from replies import completed, no_retries, refused, text

from promptlab.model.server.openai import OpenAI
from promptlab.protocols import ContextOverflow
from promptlab.types import Completion, Failed


def test_a_server_that_is_not_running_is_named_with_what_to_do() -> None:
    with serving(lambda call: completed("")) as heard:
        url = heard.url
    with pytest.raises(ConnectionError, match=rf"nothing answers at {url}.*model\.url"):
        no_retries(url).answer([text("x")])


def test_an_unknown_model_is_answered_with_those_that_are_there() -> None:
    def answer(call: Call) -> Any:
        if call.path == "/v1/models":
            return 200, {}, {"object": "list", "data": [{"id": "qwen"}, {"id": "llama"}]}
        return refused(404, "The model `m` does not exist.")

    with (
        serving(answer) as heard,
        pytest.raises(ValueError, match=r"it has llama, qwen: set model\.name"),
    ):
        OpenAI("m", heard.url).answer([text("x")])


def test_a_server_with_chat_only_is_told_apart_with_the_template_to_use() -> None:
    def answer(call: Call) -> Any:
        if call.path == "/v1/models":
            return 200, {}, {"object": "list", "data": [{"id": "m"}]}
        return 404, {}, {"detail": "Not Found"}

    with serving(answer) as heard, pytest.raises(ValueError, match="template=chat_v1"):
        OpenAI("m", heard.url).answer([text("x")])


def test_a_missing_key_is_said_with_the_variable_that_should_hold_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    with serving(lambda call: refused(401, "who are you?")) as heard:
        model = OpenAI("m", heard.url, key_variable="MY_KEY")
        with pytest.raises(PermissionError, match="MY_KEY, which is not set"):
            model.answer([text("x")])
        monkeypatch.setenv("MY_KEY", "wrong")
        with pytest.raises(PermissionError, match="MY_KEY, which was not accepted"):
            model.answer([text("x")])


MALFORMED = (
    b'{"choices": [',
    b"<html>Welcome to nginx!</html>",
    b"[]",
    b"{}",
    b'{"choices": []}',
    b'{"choices": ["text"]}',
    b'{"choices": [{"index": 0}]}',
    b'{"choices": [{"text": 7}]}',
    b'{"choices": [{"text": "a"}], "usage": "much"}',
    b'{"choices": [{"text": "a"}], "usage": {"prompt_tokens": "many"}}',
)


@pytest.mark.parametrize("reply", MALFORMED)
@pytest.mark.parametrize("kind", ["application/json", "text/html"])
def test_a_malformed_reply_is_shown_once(reply: bytes, kind: str) -> None:
    with (
        serving(lambda call: (200, {"content-type": kind}, reply)) as heard,
        pytest.raises(ValueError, match=r"/v1/completions.*answered with") as caught,
    ):
        OpenAI("m", heard.url).answer([text("x")])
    assert type(caught.value) is ValueError
    assert len(heard.calls) == 1


@pytest.mark.parametrize(
    "error",
    [
        {
            "message": "This model's maximum context length is 2048 tokens. However, you requested "
            "3016 tokens (3000 in the messages, 16 in the completion)."
        },
        {
            "message": "'max_tokens' is too large: 16. This model's maximum context length is 2048 "
            "tokens and your request has 3000 input tokens"
        },
        {
            "message": "This model's maximum context length is 2048 tokens. However, your messages "
            "resulted in 3000 tokens."
        },
        {"message": "request exceeds the size", "n_prompt_tokens": 3000, "n_ctx": 2048},
    ],
)
def test_a_prompt_that_is_too_long_is_an_overflow_with_both_numbers(error: dict[str, Any]) -> None:
    with serving(lambda call: (400, {}, {"error": error})) as heard:
        (reply,) = OpenAI("m", heard.url).answer([text("x")])
    assert isinstance(reply, Failed)
    assert isinstance(reply.error, ContextOverflow)
    assert (reply.error.tokens, reply.error.window) == (3000, 2048)


def test_a_prompt_that_leaves_no_room_for_its_reply_is_an_overflow_too() -> None:
    words = (
        "This model's maximum context length is 2048 tokens. However, you requested 2100 tokens "
        "(2000 in the messages, 100 in the completion)"
    )
    with serving(lambda call: refused(400, words)) as heard:
        (reply,) = OpenAI("m", heard.url).answer([text("x")])
    assert isinstance(reply, Failed)
    assert isinstance(reply.error, ContextOverflow)
    assert (reply.error.tokens, reply.error.window) == (2100, 2048)


def test_a_request_that_is_refused_fails_alone() -> None:
    def censor(call):
        if "forbidden" in json.dumps(call.body):
            return refused(400, "content filtered")
        return 200, {}, {"choices": [{"text": "fine", "finish_reason": "stop"}]}

    with serving(censor) as heard:
        bad, good = OpenAI("m", heard.url).answer([text("forbidden"), text("allowed")])
    assert isinstance(bad, Failed)
    assert "content filtered" in bad.text
    assert isinstance(good, Completion)
    assert good.text == "fine"
