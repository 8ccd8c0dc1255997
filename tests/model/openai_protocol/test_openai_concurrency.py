"""Many requests at once."""

import asyncio
import time
from typing import Any

import pytest
from loopback import Call, serving
from replies import completed, refused, text

from promptlab.model.server.openai import OpenAI
from promptlab.program import generate, parallel, solve, solve_async


def test_replies_are_in_the_order_of_the_requests_and_no_more_are_under_way_than_allowed() -> None:
    def answer(call: Call) -> Any:
        time.sleep(0.03 if int(call.body["prompt"]) % 3 == 0 else 0.005)
        return completed(f"[{call.body['prompt']}]")

    with serving(answer) as heard:
        requests = [text(str(number)) for number in range(40)]
        replies = OpenAI("m", heard.url, concurrency=4).answer(requests)
    assert [reply.text for reply in replies] == [f"[{number}]" for number in range(40)]
    assert 1 < heard.most <= 4


def test_each_reply_has_the_time_of_its_own_request_from_when_it_was_its_turn() -> None:
    with serving(lambda call: completed(call.body["prompt"])) as heard:
        replies = OpenAI("m", heard.url, concurrency=1).answer([text(name) for name in "abc"])
    assert {reply.timing.batch for reply in replies} == {1}
    started = [reply.timing.started for reply in replies]
    assert len(set(started)) == 3
    assert started == sorted(started)


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


def test_what_concerns_every_request_ends_the_batch_and_is_raised_as_it_is() -> None:
    def answer(call: Call) -> Any:
        return refused(401, "who are you") if call.body["prompt"] == "3" else completed("")

    with serving(answer) as heard, pytest.raises(PermissionError, match="said 401: who are you"):
        OpenAI("m", heard.url).answer([text(str(number)) for number in range(6)])
