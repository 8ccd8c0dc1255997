"""What may pass is asked again, and what will not is not."""

import time
from typing import Any

import pytest
from loopback import Answer, Call, serving
from replies import completed, no_retries, refused, text

from promptlab.model.server.openai import OpenAI
from promptlab.types import Failed


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
    with serving(lambda call: refused(code, "never")) as heard:
        try:
            (reply,) = OpenAI("m", heard.url).answer([text("x")])
        except (ValueError, OSError):
            # A wrong key and a path that is not there concern every request.
            assert code in (401, 403, 404)
        else:
            assert isinstance(reply, Failed)
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
