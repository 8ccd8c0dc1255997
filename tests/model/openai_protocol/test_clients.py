"""A client of OpenAI's library that the caller holds, asked as the model."""

import asyncio

import openai
import pytest
from loopback import serving
from replies import KEY, chat, completed, refused, replied, text

from promptlab import Chat, generate, parallel, solve, solve_async
from promptlab.types import RequestFailed

PROGRAM = (chat(("system", "Be brief."), ("user", "a"), max_tokens=7), text("b", stop=("\n",)))


def both(call):
    turned = "messages" in call.body
    words = call.body["messages"][-1]["content"] if turned else call.body["prompt"]
    return replied(f"[{words}]") if turned else completed(f"[{words}]\nQ:")


def client(url, kind=openai.OpenAI, retries=0):
    return kind(base_url=url, api_key=KEY, max_retries=retries)


def asked():
    return parallel(map(generate, PROGRAM))


@pytest.mark.parametrize("kind", [openai.OpenAI, openai.AsyncOpenAI])
def test_turns_go_as_turns_and_a_text_as_a_text_whoever_waits(kind) -> None:
    with serving(both) as heard:
        model = Chat(client(heard.url, kind), "m")
        said = solve(asked(), model)
        again = solve(asked(), model)
        awaited = asyncio.run(solve_async(asked(), Chat(client(heard.url, kind), "m")))
    assert said == again == awaited
    assert [reply.text for reply in said] == ["[a]", "[b]"]
    assert [reply.prompt_tokens for reply in said] == [0, 3]
    bodies = {call.path: call.body for call in heard.calls}
    assert bodies["/v1/completions"] == {
        "model": "m",
        "prompt": "b",
        "max_tokens": 256,
        "temperature": 0.0,
        "stop": ["\n"],
    }
    assert bodies["/v1/chat/completions"]["messages"][0] == {
        "role": "system",
        "content": "Be brief.",
    }
    assert bodies["/v1/chat/completions"]["max_tokens"] == 7


def test_draws_are_told_apart_by_their_seeds() -> None:
    with serving(both) as heard:
        model = Chat(client(heard.url), "m")
        model.answer([text("a", temperature=0.7, draw=draw) for draw in range(3)])
    assert len({call.body["seed"] for call in heard.calls}) == 3


@pytest.mark.parametrize("kind", [openai.OpenAI, openai.AsyncOpenAI])
def test_a_refused_request_fails_alone_and_a_wrong_key_fails_all(kind) -> None:
    def answer(call):
        code = {"long": 400, "key": 401}.get(call.body["prompt"], 200)
        return completed("fine") if code == 200 else refused(code, "no")

    with serving(answer) as heard:
        model = Chat(client(heard.url, kind), "m")
        failed, fine = model.answer([text("long"), text("a")])
        assert fine.text == "fine"
        with pytest.raises(RequestFailed, match="refused the request"):
            solve(generate(text("long")), model)
        with pytest.raises(openai.AuthenticationError):
            model.answer([text("key")])
    assert isinstance(failed.error, RequestFailed)


def test_a_client_alone_does_not_say_which_model() -> None:
    with pytest.raises(ValueError, match=r"promptlab.Chat\(client, name="):
        solve(generate(text("a")), client("http://127.0.0.1:9/v1"))
