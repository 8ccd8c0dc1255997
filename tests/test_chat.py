"""A function from messages to text, asked as the model."""

import asyncio
import threading
from types import SimpleNamespace

import pytest

from promptlab import Call, Chat, Choose, Question, Route, Task, call, solve
from promptlab.program import generate, parallel, solve_async
from promptlab.types import Completion, Form, Generate, Message, Prompt, RequestFailed, Sampling


def turns(*pairs, **sampling):
    return Generate(Prompt(tuple(Message(*pair) for pair in pairs)), Sampling(**sampling))


def listening(heard, reply="fine"):
    def function(messages):
        heard.append(messages)
        return reply

    return function


def test_it_is_given_turns_as_they_are_and_a_text_as_a_users_turn() -> None:
    heard = []
    solve(generate(turns(("system", "s"), ("user", "u"), ("assistant", "So"))), listening(heard))
    solve(generate(turns(("text", "Q: {x}\nA:"))), listening(heard))
    assert [[each["role"] for each in messages] for messages in heard] == [
        ["system", "user", "assistant"],
        ["user"],
    ]
    assert heard[1][0]["content"] == "Q: {x}\nA:"


@pytest.mark.parametrize(
    ("reply", "text"), [("7\nQ: more", "7"), ("7", "7"), ("", ""), ("a\n\nQ:", "a")]
)
def test_its_reply_ends_before_the_first_stop_string(reply, text) -> None:
    said = solve(generate(turns(("text", "x"), stop=("\nQ:", "\n"))), listening([], reply))
    assert (said.text, said.finish_reason) == (text, "stop")


def test_an_object_that_waits_when_it_is_called_is_awaited() -> None:
    class Waiting:
        async def __call__(self, messages):
            await asyncio.sleep(0)
            return "waited"

    assert solve(generate(turns(("text", "x"))), Waiting()).text == "waited"


def test_an_asynchronous_one_is_asked_from_within_a_running_loop_too() -> None:
    async def function(messages):
        await asyncio.sleep(0)
        return "fine"

    async def inside():
        return solve(generate(turns(("text", "x"))), function).text

    assert asyncio.run(inside()) == "fine"


def test_what_a_plain_function_hands_on_is_awaited_too() -> None:
    async def function(messages):
        return "fine"

    def plain(messages):
        return function(messages)

    asked = turns(("text", "x"))
    assert solve(generate(asked), plain).text == "fine"
    assert asyncio.run(solve_async(generate(asked), plain)).text == "fine"


def test_asynchronous_models_that_wait_for_each_other_are_told_so_and_do_not_hang() -> None:
    async def inner(messages):
        return "fine"

    async def outer(messages):
        return solve(generate(turns(("text", "y"))), inner).text

    with pytest.raises(RuntimeError, match="await solve_async, aanswer"):
        solve(generate(turns(("text", "x"))), outer)


def test_the_event_loop_goes_on_while_a_function_that_blocks_answers() -> None:
    loop_went_on = threading.Event()

    def function(messages):
        assert loop_went_on.wait(10)
        return "fine"

    async def inside():
        asked = asyncio.create_task(solve_async(generate(turns(("text", "x"))), function))
        await asyncio.sleep(0)
        loop_went_on.set()
        return (await asked).text

    assert asyncio.run(inside()) == "fine"


def test_all_that_one_batch_asks_is_waited_for_at_once() -> None:
    under_way, most = [], []

    async def function(messages):
        under_way.append(1)
        most.append(len(under_way))
        await asyncio.sleep(0.01)
        under_way.pop()
        return "fine"

    asked = [generate(turns(("text", str(number)))) for number in range(20)]
    asyncio.run(solve_async(parallel(asked), function))
    assert 1 < max(most) <= 8


def test_a_failed_request_is_that_requests_own_and_any_other_error_is_raised() -> None:
    def function(messages):
        raise RequestFailed("too long") if messages[0]["content"] == "long" else OSError("gone")

    with pytest.raises(RequestFailed, match="too long"):
        solve(generate(turns(("text", "long"))), function)
    with pytest.raises(OSError, match="gone"):
        solve(generate(turns(("text", "x"))), function)


def test_what_is_no_text_is_refused_with_the_functions_name() -> None:
    with pytest.raises(TypeError, match="function returned a NoneType; expected the reply"):
        solve(generate(turns(("text", "x"))), listening([], None))


def test_what_cannot_answer_is_refused() -> None:
    with pytest.raises(TypeError, match="a str cannot answer; expected a model"):
        solve(generate(turns(("text", "x"))), "gpt")


def test_log_probabilities_are_refused_and_who_tells_them_is_named() -> None:
    strategy = Choose(Task(answer="yes_no"))
    with pytest.raises(ValueError, match=r"a chat does not tell.*promptlab\.Embedded"):
        solve(strategy.solve(Question("q", "Is it?"), ()), listening([]))


def test_a_function_fills_a_role_beside_tools() -> None:
    route = Route({"model": Chat(listening([]))}, {"shout": str.upper})

    def program():
        loud = yield from call(Call("shout", "hey"))
        said = yield from generate(turns(("text", loud.text)))
        return loud.text, said.text

    assert solve(program(), route) == asyncio.run(solve_async(program(), route)) == ("HEY", "fine")


class Client:
    """Looks like a client of OpenAI's library, and notes what it is sent."""

    def __init__(self) -> None:
        self.sent: list[dict] = []
        self.chat = self.completions = self

    def create(self, **told):
        self.sent.append(told)
        message = SimpleNamespace(content='{"a": 1}')
        choice = SimpleNamespace(message=message, text="{}", finish_reason="stop")
        return SimpleNamespace(choices=[choice], usage=None)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (Form("json", '{"type": "object"}'), {"type": "json_object"}),
        (
            Form("json", '{"type": "array"}'),
            {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": {"type": "array"}, "strict": True},
            },
        ),
        (Form("choice", options=("a", "b")), None),
        (None, None),
    ],
)
def test_a_client_is_told_what_a_reply_must_be_where_there_are_words_for_it(form, told) -> None:
    client = Client()
    prompt = Prompt((Message("user", "Hi"),))
    Chat(client, "m").answer([Generate(prompt, form=form)])
    assert client.sent[0].get("response_format") == told


def test_a_text_is_sent_without_a_form() -> None:
    client = Client()
    form = Form("json", '{"type": "object"}')
    (reply,) = Chat(client, "m").answer([Generate(Prompt((Message("text", "Hi"),)), form=form)])
    assert "response_format" not in client.sent[0]
    assert isinstance(reply, Completion)
