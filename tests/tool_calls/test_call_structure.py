"""OpenAI's structure of calls: ids, arguments as text or objects, and what a server makes of it."""

from promptlab.called import Offer, ToolCall
from promptlab.tool_calls import functions, structured_calls, turns
from promptlab.types import Message

ONE, TWO = ToolCall("a", '{"x": 1}'), ToolCall("b")


def test_results_answer_their_calls_by_number():
    said = turns(
        [
            Message("user", "?"),
            Message("assistant", "so", (ONE, TWO)),
            Message("tool", "1", (ONE,)),
            Message("tool", "2", (TWO,)),
            Message("assistant", "", (TWO,)),
            Message("tool", "3", (TWO,)),
        ]
    )
    assert said[0] == {"role": "user", "content": "?"}
    made = [call["id"] for turn in said for call in turn.get("tool_calls", ())]
    assert made == ["call00001", "call00002", "call00003"]
    assert [turn["tool_call_id"] for turn in said if turn["role"] == "tool"] == made
    assert said[1]["tool_calls"][0]["function"] == {"name": "a", "arguments": '{"x": 1}'}
    assert said[3] == {"role": "tool", "content": "2", "tool_call_id": "call00002", "name": "b"}


def test_a_template_is_given_arguments_as_an_object():
    (said,) = turns([Message("assistant", "", (ONE,))], lambda call: call.given)
    assert said["tool_calls"][0]["function"]["arguments"] == {"x": 1}


def test_offers_are_functions():
    assert functions([Offer("a", "does")])[0] == {
        "type": "function",
        "function": {
            "name": "a",
            "description": "does",
            "parameters": {
                "type": "object",
                "properties": {"input": {"type": "string"}},
                "required": ["input"],
            },
        },
    }


def test_what_a_server_calls_is_read_and_what_is_none_is_broken():
    told = [
        {"id": "x", "type": "function", "function": {"name": "a", "arguments": '{"x": 1}'}},
        {"function": {"name": "b", "arguments": ""}},
        {"function": {"name": "a", "arguments": {"x": 1}}},
        {"function": {"name": "a", "arguments": '{"x"'}},
        {"function": {"name": None}},
        "a",
        None,
    ]
    read = structured_calls(told)
    assert read[:3] == (ONE, TWO, ONE)
    assert [call.broken for call in read] == [False, False, False, True, True, True, True]
    assert structured_calls(None) == structured_calls("calls") == ()
