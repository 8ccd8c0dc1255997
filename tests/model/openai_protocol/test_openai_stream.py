"""A reply in pieces is the reply that would have come at once, and is heard as it grows."""

import json

import pytest
from loopback import serving
from replies import KEY, chat, completed, no_retries, replied, text

from promptlab.hearing import listening
from promptlab.types import Failed

LONG = "one two three 四 five six " * 8
EVENTS = {"content-type": "text/event-stream; charset=utf-8"}


def events(*chunks):
    """A stream as servers write it."""
    lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    return 200, EVENTS, (": hello\n\n" + "".join(lines) + "data: [DONE]\n\n").encode()


def texts(content, **last):
    """A text in pieces of seven characters, each with a log-probability."""
    pieces = [content[start : start + 7] for start in range(0, len(content), 7)]
    chunks = [
        {
            "object": "text_completion",
            "choices": [
                {
                    "index": 0,
                    "text": piece,
                    "finish_reason": None,
                    "logprobs": {"tokens": [piece], "token_logprobs": [-0.5]},
                }
            ],
        }
        for piece in pieces
    ]
    chunks[-1]["choices"][0] |= {"finish_reason": "stop", **last}
    usage = {"prompt_tokens": 3, "completion_tokens": len(pieces), "total_tokens": 9}
    return events(*chunks, {"object": "text_completion", "choices": [], "usage": usage})


def asked(answer, *requests, listen=True, **fields):
    heard = []
    with serving(lambda call: answer) as server:
        model = no_retries(server.url, **fields)
        if not listen:
            return model.answer(requests), heard, server.calls
        with listening(lambda request, so_far: heard.append((request, so_far))):
            return model.answer(requests), heard, server.calls


def test_a_text_is_heard_as_it_grows_and_is_the_same_in_the_end():
    request = text("Hi")
    (reply,), heard, (call,) = asked(texts(LONG), request)
    count = -(-len(LONG) // 7)
    assert (reply.text, reply.finish_reason) == (LONG, "stop")
    assert (reply.prompt_tokens, reply.completion_tokens) == (3, count)
    assert reply.logprob == pytest.approx(-0.5 * count)
    assert call.body["stream"] is True
    so_far = [each for _, each in heard]
    assert so_far == sorted(so_far, key=len)
    assert all(LONG.startswith(each) for each in so_far)
    assert len(so_far[-1]) > len(LONG) // 2
    assert {each for each, _ in heard} == {request}


def test_turns_are_heard_too():
    chunks = [
        {"choices": [{"index": 0, "delta": delta, "finish_reason": end}]}
        for delta, end in (
            ({"role": "assistant"}, None),
            ({"content": "a" * 80}, None),
            ({"content": "é"}, "length"),
        )
    ]
    (reply,), heard, _ = asked(events(*chunks), chat(("user", "Hi"), max_tokens=5))
    assert (reply.text, reply.finish_reason) == ("a" * 80 + "é", "length")
    assert heard[-1][1] == "a" * 17


def test_nothing_is_streamed_where_nobody_listens_or_several_are_asked():
    _, heard, (call,) = asked(completed(" yes"), text("Hi"), listen=False)
    assert "stream" not in call.body
    replies, heard, calls = asked(completed(" yes"), text("Hi"), text("Ho"))
    assert [reply.text for reply in replies] == [" yes", " yes"]
    assert heard == []
    assert not any("stream" in call.body for call in calls)


def test_a_server_that_replies_at_once_all_the_same_is_understood():
    (reply,), heard, _ = asked(replied("yes"), chat(("user", "Hi")))
    assert (reply.text, heard) == ("yes", [])


def test_a_key_that_a_server_says_is_heard_by_nobody(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    (reply,), heard, _ = asked(texts(f"{LONG} {KEY} {LONG}"), text("Hi"))
    said = reply.text + "".join(each for _, each in heard)
    assert not any(KEY[start : start + 8] in said for start in range(len(KEY) - 7))
    assert "[key]" in reply.text


def test_a_stream_that_is_broken_off_or_is_no_stream_is_an_error():
    with pytest.raises(ValueError, match="answered with"):
        asked(events({"error": {"message": "out of memory"}}), text("Hi"))
    with pytest.raises(ValueError, match="expected a JSON object"):
        asked((200, EVENTS, b"data: {no\n\n"), text("Hi"))


def test_a_refusal_is_what_it_is_without_a_stream():
    answer = (400, {}, {"error": {"message": "no", "type": "invalid_request_error"}})
    ((reply,), _, _) = asked(answer, text("Hi"))
    assert isinstance(reply, Failed)
