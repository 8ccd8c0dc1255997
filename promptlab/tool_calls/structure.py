"""OpenAI's structure of offers, calls and results, which most chat templates take as well.

A call is told apart by an id of nine letters and digits, as Mistral's templates want them: its
number in the conversation. Results stand in the order of their calls.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from promptlab.called import Offer, ToolCall
from promptlab.types import Message


def functions(offers: Sequence[Offer]) -> list[dict[str, Any]]:
    """Write the tools that are offered."""
    return [
        {
            "type": "function",
            "function": {
                "name": offer.name,
                "description": offer.description,
                "parameters": offer.schema,
            },
        }
        for offer in offers
    ]


def turns(
    messages: Iterable[Message], written: Callable[[ToolCall], Any] = lambda call: call.arguments
) -> list[dict[str, Any]]:
    """Write the turns of a conversation.

    Args:
        messages: The turns.
        written: Writes the arguments of a call: as text for OpenAI, as an object for a template.
    """
    made, answered = map(_id, count(1)), map(_id, count(1))
    said: list[dict[str, Any]] = []
    for message in messages:
        turn: dict[str, Any] = {"role": message.role, "content": message.content}
        if message.role == "tool":
            named = {"name": message.calls[0].name} if message.calls else {}
            turn |= {"tool_call_id": next(answered), **named}
        elif message.calls:
            turn["tool_calls"] = [_call(call, next(made), written) for call in message.calls]
        said.append(turn)
    return said


def structured_calls(told: Any) -> tuple[ToolCall, ...]:
    """Read the `tool_calls` of a message; what is no call is a broken one."""
    return tuple(map(_read, told)) if isinstance(told, list | tuple) else ()


def _id(number: int) -> str:
    return f"call{number:05d}"


def _call(call: ToolCall, known_as: str, written: Callable[[ToolCall], Any]) -> dict[str, Any]:
    function = {"name": call.name, "arguments": written(call)}
    return {"id": known_as, "type": "function", "function": function}


def _read(told: Any) -> ToolCall:
    function = told.get("function") if isinstance(told, Mapping) else None
    if not isinstance(function, Mapping):
        return ToolCall("", str(told)[:1000])
    name, arguments = function.get("name"), function.get("arguments")
    # A tool without parameters is called without arguments by some.
    given = json.dumps(arguments, ensure_ascii=False) if isinstance(arguments, Mapping) else ""
    text = arguments if isinstance(arguments, str) else given
    return ToolCall(name if isinstance(name, str) else "", text.strip() or "{}")
