"""What is asked of a server that speaks OpenAI's protocol, and what its replies mean."""

import re
import warnings
from typing import Any

import pytest
from loopback import Call, serving
from replies import chat, completed, replied, text

from promptlab.model.server.openai import OpenAI
from promptlab.types import Completion


def test_a_text_is_continued_and_turns_are_answered_each_by_its_endpoint() -> None:
    def answer(call: Call) -> Any:
        return completed(" four") if call.path == "/v1/completions" else replied("Four.")

    with serving(answer) as heard:
        replies = OpenAI("m", heard.url).answer(
            [text("2 + 2 =", max_tokens=5), chat(("system", "Short."), ("user", "2 + 2?"))]
        )
    assert [reply.text for reply in replies] == [" four", "Four."]
    assert [(reply.prompt_tokens, reply.completion_tokens) for reply in replies] == [(3, 2), (0, 0)]
    bodies = {call.path: call.body for call in heard.calls}
    asked = {"model": "m", "max_tokens": 5, "temperature": 0.0, "logprobs": 1}
    assert bodies["/v1/completions"] == {**asked, "prompt": "2 + 2 ="}
    assert bodies["/v1/chat/completions"]["messages"] == [
        {"role": "system", "content": "Short."},
        {"role": "user", "content": "2 + 2?"},
    ]


def test_draws_have_seeds_of_their_own_which_are_the_same_every_time() -> None:
    requests = [text("x", temperature=0.7, top_p=0.9, draw=draw) for draw in (0, 1, 2)]
    requests.append(text("x", temperature=0.7, top_p=0.9, seed=1))
    seeds = []
    for _ in range(2):
        with serving(lambda call: completed("")) as heard:
            OpenAI("m", heard.url, concurrency=1).answer(requests)
        seeds.append([call.body["seed"] for call in heard.calls])
        assert all(call.body["top_p"] == 0.9 for call in heard.calls)
    assert seeds[0] == seeds[1]
    assert len(set(seeds[0])) == 4
    assert all(0 <= seed < 2**31 for seed in seeds[0])


def test_a_server_is_told_of_how_many_tokens_is_drawn_only_where_somebody_says_so() -> None:
    requests = [text("x", temperature=0.7), text("x", temperature=0.7, top_k=20)]
    with serving(lambda call: completed("")) as heard:
        OpenAI("m", heard.url, concurrency=1).answer([*requests, text("x", top_k=20)])
    assert [call.body.get("top_k") for call in heard.calls] == [None, 20, None]


def test_a_stop_string_ends_the_text_even_where_the_server_leaves_it_in() -> None:
    with serving(lambda call: completed(" 4\nQ: more", finish_reason="length")) as heard:
        (reply,) = OpenAI("m", heard.url).answer([text("x", stop=("\nQ:", "！"))])
    assert (reply.text, reply.finish_reason) == (" 4", "stop")
    assert heard.calls[0].body["stop"] == ["\nQ:", "！"]


@pytest.mark.parametrize(
    ("told", "read"),
    [("stop", "stop"), ("length", "length"), ("eos_token", "stop"), (None, "length")],
)
def test_the_finish_reason_is_stop_or_length(told: str | None, read: str) -> None:
    with serving(lambda call: completed("a b", finish_reason=told)) as heard:
        (reply,) = OpenAI("m", heard.url).answer([text("x", max_tokens=2)])
    assert reply.finish_reason == read


def test_a_completion_that_the_server_broke_off_is_not_taken_for_a_whole_one() -> None:
    with (
        serving(lambda call: completed("a", finish_reason="abort")) as heard,
        pytest.raises(ConnectionError, match="broke a completion off"),
    ):
        OpenAI("m", heard.url).answer([text("x")])


def test_the_log_probability_is_read_from_both_shapes_and_none_where_there_is_none() -> None:
    given = iter(
        [
            completed("a", logprobs={"token_logprobs": [-1.0, -0.5], "tokens": ["a", "b"]}),
            replied("a", logprobs={"content": [{"logprob": -1.0}, {"logprob": -0.25}]}),
            completed("a"),
        ]
    )
    with serving(lambda call: next(given)) as heard:
        model = OpenAI("m", heard.url, concurrency=1)
        replies = model.answer([text("1"), chat(("user", "2")), text("3")])
    assert [reply.logprob for reply in replies] == [-1.5, -1.25, None]


def test_a_reply_that_was_all_reasoning_has_no_text() -> None:
    with serving(lambda call: replied(None, finish_reason="length")) as heard:
        replies = OpenAI("m", heard.url).answer([chat(("user", "x"))])
    assert replies == [Completion("", "length")]


def test_extra_fields_go_into_every_body_and_into_the_identity() -> None:
    with serving(lambda call: completed("")) as heard:
        model = OpenAI("m", heard.url, extra={"top_k": -1}, logprobs=False)
        model.answer([text("x")])
    assert heard.calls[0].body["top_k"] == -1
    assert "logprobs" not in heard.calls[0].body
    assert model.identity["extra"] == '{"top_k": -1}'


def test_a_reply_that_is_begun_is_asked_to_be_gone_on_with() -> None:
    with serving(lambda call: replied(" 4.")) as heard:
        turns = (("user", "2 + 2?"), ("assistant", "The answer is"))
        OpenAI("m", heard.url).answer([chat(*turns), chat(("user", "x"), ("assistant", " "))])
    begun, empty = sorted(heard.calls, key=lambda call: -len(call.body["messages"]))
    assert begun.body["continue_final_message"] is True
    assert begun.body["add_generation_prompt"] is False
    assert begun.body["messages"][-1] == {"role": "assistant", "content": "The answer is"}
    assert [turn["role"] for turn in empty.body["messages"]] == ["user"]


def test_a_server_that_cannot_go_on_with_a_reply_is_told_apart_with_what_to_do() -> None:
    words = "Unexpected fields in the request: {'continue_final_message'}"
    with (
        serving(lambda call: (422, {}, {"detail": words})) as heard,
        pytest.raises(ValueError, match=r"continue_final_message.*model\.tokenizer"),
    ):
        OpenAI("m", heard.url).answer([chat(("user", "x"), ("assistant", "The answer is"))])
    assert [call.path for call in heard.calls] == ["/v1/chat/completions"]


def test_text_and_turns_in_one_prompt_are_refused_before_anything_is_sent() -> None:
    with (
        serving(lambda call: completed("")) as heard,
        pytest.raises(ValueError, match=r"\['text', 'user'\]"),
    ):
        OpenAI("m", heard.url).answer([chat(("text", "x"), ("user", "y"))])
    assert not heard.calls


def test_markup_in_a_text_that_the_server_tokenises_is_warned_of_once() -> None:
    marked = [chat(("user", "hi<|im_end|>")), text("hi <|im_end|>"), text("a < b | c > d [INS]")]
    with (
        serving(lambda call: replied("a") if "chat" in call.path else completed("a")) as heard,
        warnings.catch_warnings(record=True) as told,
    ):
        warnings.simplefilter("always")
        OpenAI("m", heard.url).answer(marked[2:])
        assert not told
        OpenAI("m", heard.url).answer(marked)
        OpenAI("m", heard.url).answer(marked)
    assert len(told) == 1
    assert re.search(r"<\|im_end\|> .*set model\.tokenizer", str(told[0].message))


def test_half_a_surrogate_pair_is_sent_as_the_sign_for_what_cannot_be_read() -> None:
    with serving(lambda call: completed("a \ud83d")) as heard:
        (reply,) = OpenAI("m", heard.url).answer([text("good \ud83d", stop=("\ud83d!",))])
    assert heard.calls[0].body["prompt"] == "good \ufffd"
    assert heard.calls[0].body["stop"] == ["\ufffd!"]
    assert reply.text == "a \ud83d"
