"""A server that speaks OpenAI's protocol, or nearly: a real one on the loopback, in a thread."""

import asyncio
import json
import re
import subprocess
import sys
import time
import traceback
from dataclasses import asdict
from typing import Any

import pytest
from loopback import Answer, Call, serving

from promptlab.model.echo import CannotScore
from promptlab.model.openai import OpenAI
from promptlab.program import generate, parallel, solve, solve_async
from promptlab.protocols import ContextOverflow
from promptlab.types import Completion, Generate, Message, Prompt, Sampling, Score, Scores

KEY = "sk-do-not-tell-anyone-0123456789"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def text(content: str, **sampling: Any) -> Generate:
    return Generate(Prompt((Message("text", content),)), Sampling(**sampling))


def chat(*turns: tuple[str, str], **sampling: Any) -> Generate:
    messages = tuple(Message(role, content) for role, content in turns)
    return Generate(Prompt(messages), Sampling(**sampling))


def completed(content: str, **more: Any) -> tuple[int, dict[str, str], Any]:
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    choice = {"index": 0, "text": content, "finish_reason": "stop", "logprobs": None, **more}
    return 200, {}, {"object": "text_completion", "choices": [choice], "usage": usage}


def replied(content: str | None, **more: Any) -> tuple[int, dict[str, str], Any]:
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "message": message, "finish_reason": "stop", **more}
    return 200, {}, {"object": "chat.completion", "choices": [choice]}


def refused(code: int, words: str, **headers: str) -> tuple[int, dict[str, str], Any]:
    return code, headers, {"error": {"message": words, "type": "an_error", "code": code}}


def no_retries(url: str, **more: Any) -> OpenAI:
    return OpenAI("m", url, retries=0, **more)


# What is asked, and what replies mean


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


# Many at once


def test_replies_are_in_the_order_of_the_requests_and_no_more_are_under_way_than_allowed() -> None:
    def answer(call: Call) -> Any:
        time.sleep(0.03 if int(call.body["prompt"]) % 3 == 0 else 0.005)
        return completed(f"[{call.body['prompt']}]")

    with serving(answer) as heard:
        requests = [text(str(number)) for number in range(40)]
        replies = OpenAI("m", heard.url, concurrency=4).answer(requests)
    assert [reply.text for reply in replies] == [f"[{number}]" for number in range(40)]
    assert 1 < heard.most <= 4


def test_it_answers_inside_a_running_event_loop_both_ways() -> None:
    with serving(lambda call: completed(call.body["prompt"])) as heard:
        model = OpenAI("m", heard.url)

        async def inside() -> list[list[str]]:
            blocking = model.answer([text("a"), text("b")])
            programs = parallel(generate(text(name)) for name in "cd")
            awaited = await solve_async(programs, model.answer_async)
            return [[reply.text for reply in replies] for replies in (blocking, awaited)]

        assert asyncio.run(inside()) == [["a", "b"], ["c", "d"]]
        outside = solve(parallel(generate(text(name)) for name in "ef"), model)
    assert [reply.text for reply in outside] == ["e", "f"]


def test_nothing_is_asked_for_no_requests() -> None:
    assert OpenAI("m", "http://127.0.0.1:9/v1").answer([]) == []


def test_one_failure_ends_the_batch_and_is_raised_as_it_is() -> None:
    def answer(call: Call) -> Any:
        return refused(400, "no poems") if call.body["prompt"] == "3" else completed("")

    with serving(answer) as heard, pytest.raises(ValueError, match="said 400: no poems"):
        OpenAI("m", heard.url).answer([text(str(number)) for number in range(6)])


# Patience


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503])
def test_what_may_pass_is_asked_again(code: int) -> None:
    def answer(call: Call) -> Any:
        return (
            completed("yes") if call.before else refused(code, "later", **{"retry-after": "0.01"})
        )

    with serving(answer) as heard:
        (reply,) = OpenAI("m", heard.url).answer([text("x")])
    assert (reply.text, len(heard.calls)) == ("yes", 2)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 413, 422])
def test_what_will_not_pass_is_asked_once(code: int) -> None:
    with (
        serving(lambda call: refused(code, "never")) as heard,
        pytest.raises((ValueError, OSError)),
    ):
        OpenAI("m", heard.url).answer([text("x")])
    assert [call.path for call in heard.calls if call.body] == ["/v1/completions"]


def test_a_slow_answer_is_given_up_and_asked_for_again() -> None:
    def answer(call: Call) -> Any:
        time.sleep(0 if call.before else 0.6)
        return completed("yes")

    with serving(answer) as heard:
        (reply,) = OpenAI("m", heard.url, timeout=0.2).answer([text("x")])
    assert (reply.text, len(heard.calls)) == ("yes", 2)


def test_a_server_that_never_answers_in_time_is_named_with_what_to_do() -> None:
    def answer(call: Call) -> Any:
        time.sleep(0.4)
        return completed("late")

    with (
        serving(answer) as heard,
        pytest.raises(TimeoutError, match=r"127\.0\.0\.1.*'m'.*within 0\.1 s.*model\.timeout"),
    ):
        no_retries(heard.url, timeout=0.1).answer([text("x")])


def test_the_deadline_holds_over_all_attempts() -> None:
    answer: Answer = lambda call: refused(503, "busy", **{"retry-after": "0.1"})  # noqa: E731
    with (
        serving(answer) as heard,
        pytest.raises(TimeoutError, match=r"within 0\.5 s, retries included.*model\.deadline"),
    ):
        OpenAI("m", heard.url, retries=1000, deadline=0.5).answer([text("x")])
    assert len(heard.calls) > 1


def test_retries_end_and_the_server_s_words_are_passed_on() -> None:
    answer: Answer = lambda call: refused(500, "out of memory", **{"retry-after": "0.01"})  # noqa: E731
    with (
        serving(answer) as heard,
        pytest.raises(ConnectionError, match=r"500: out of memory.*own log"),
    ):
        OpenAI("m", heard.url, retries=2).answer([text("x")])
    assert len(heard.calls) == 3


def test_a_wait_of_more_than_two_minutes_is_not_waited_but_told() -> None:
    answer: Answer = lambda call: refused(429, "quota", **{"retry-after": "3600"})  # noqa: E731
    with serving(answer) as heard, pytest.raises(ConnectionError, match="retry after 3600"):
        OpenAI("m", heard.url).answer([text("x")])
    assert len(heard.calls) == 1


# What is said when something is wrong


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
    with (
        serving(lambda call: (400, {}, {"error": error})) as heard,
        pytest.raises(ContextOverflow) as caught,
    ):
        OpenAI("m", heard.url).answer([text("x")])
    assert (caught.value.tokens, caught.value.window) == (3000, 2048)


def test_a_reply_that_is_too_long_is_no_overflow_of_the_prompt() -> None:
    words = (
        "This model's maximum context length is 2048 tokens. However, you requested 2100 tokens "
        "(2000 in the messages, 100 in the completion)"
    )
    with (
        serving(lambda call: refused(400, words)) as heard,
        pytest.raises(ValueError, match="2100 tokens") as caught,
    ):
        OpenAI("m", heard.url).answer([text("x")])
    assert not isinstance(caught.value, ContextOverflow)


# Secrets


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


# Scoring


def spelled(words: str) -> list[str]:
    """A tokenizer for the tests: words with the space before them, Chinese by the character."""
    return re.findall(r" ?[A-Za-z]+|.", words, re.DOTALL)


def echoing(*, opening: str = "", broken: bool = False) -> Answer:
    """vLLM's /completions: a token's log-probability is minus its length, the first has none."""

    def answer(call: Call) -> Any:
        prompt = call.body["prompt"]
        tokens = ([opening] if opening else []) + spelled(prompt)
        logprobs = [None, *(-float(len(token)) for token in tokens[1:]), -0.5]
        # A half character is one of its own to many servers, and offsets drift.
        shown = ["\ufffd" if broken and not token.isascii() else token for token in tokens]
        told = {"tokens": [*shown, "!"], "token_logprobs": logprobs}
        usage = {"prompt_tokens": len(tokens), "completion_tokens": 1}
        choice = {"text": f"{prompt}!", "logprobs": told, "finish_reason": "length"}
        return 200, {}, {"choices": [choice], "usage": usage}

    return answer


def scored(url: str, prompt: str, *continuations: str, **more: Any) -> Scores:
    request = Score(Prompt((Message("text", prompt),)), continuations)
    (reply,) = OpenAI("m", url, **more).answer([request])
    return reply


def test_continuations_are_scored_by_the_tokens_after_the_prompt() -> None:
    with serving(echoing()) as heard:
        reply = scored(heard.url, "It is", " good", " very bad", "")
    assert reply == Scores((-5.0, -9.0, 0.0), (1, 2, 0), 2)
    bodies = [call.body for call in heard.calls]
    assert all((body["echo"], body["max_tokens"]) == (True, 1) for body in bodies)


def test_an_opening_token_that_the_text_does_not_show_is_no_trouble() -> None:
    with serving(echoing(opening="<|begin_of_text|>")) as heard:
        assert scored(heard.url, "It is", " good").logprobs == (-5.0,)


def test_chinese_is_scored_where_the_server_shows_broken_characters() -> None:
    with serving(echoing(broken=True)) as heard:
        reply = scored(heard.url, "评价：很好\n情感：", "正面", "负面的")
    assert (reply.logprobs, reply.lengths) == ((-2.0, -3.0), (2, 3))


def test_spaces_at_the_prompt_s_end_are_scored_with_the_continuation() -> None:
    with serving(echoing()) as heard:
        assert scored(heard.url, "It is ", "good").logprobs == (-5.0,)


def test_a_prompt_is_echoed_once_however_many_requests_need_it() -> None:
    with serving(echoing()) as heard:
        prompt = Prompt((Message("text", "It is"),))
        requests = [Score(prompt, (word,)) for word in (" good", " bad", " good")]
        replies = OpenAI("m", heard.url).answer(requests)
    assert [reply.logprobs for reply in replies] == [(-5.0,), (-4.0,), (-5.0,)]
    assert sorted(call.body["prompt"] for call in heard.calls) == [
        "It is",
        "It is bad",
        "It is good",
    ]


def generated_only(call: Call) -> Any:
    """llama.cpp's own server: `echo` is passed over in silence."""
    told = {"content": [{"token": " a", "logprob": -0.5}]}
    return completed(" a", logprobs=told)


def repeats_nothing(call: Call) -> Any:
    return completed(" a", logprobs={"tokens": [" a"], "token_logprobs": [-0.5]})


def no_numbers(call: Call) -> Any:
    told = {"tokens": ["It", " is", " good", "!"], "token_logprobs": [None, None, None, -0.5]}
    return completed(f"{call.body['prompt']}!", logprobs=told)


@pytest.mark.parametrize(
    "answer",
    [
        generated_only,
        repeats_nothing,
        no_numbers,
        lambda call: completed(" a"),
        lambda call: refused(400, "echo is not supported"),
    ],
)
def test_a_server_that_cannot_score_is_told_apart_with_those_that_can(answer: Answer) -> None:
    with serving(answer) as heard, pytest.raises(CannotScore, match="vLLM, SGLang"):
        scored(heard.url, "It is", " good")


def test_turns_and_empty_prompts_cannot_be_scored_without_the_tokenizer() -> None:
    with serving(echoing()) as heard:
        with pytest.raises(ValueError, match=r"model\.tokenizer"):
            OpenAI("m", heard.url).answer([Score(chat(("user", "x")).prompt, ("a",))])
        with pytest.raises(ValueError, match="empty prompt"):
            scored(heard.url, " ", "a")
