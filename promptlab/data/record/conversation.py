"""Conversations: a record may hold turns, of which the last asks and the next one answers.

Turns are objects of a role and a content, as chat servers take them, or of `from` and `value`, as
ShareGPT's files have them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from promptlab.data.fields import Fields
from promptlab.data.record.row import Row
from promptlab.data.record.value import text

ROLES: Mapping[str, str] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "model": "assistant",
}
TURNS = "turns"
"""The field of a question that holds what was said before it."""


def read_conversations(rows: Sequence[Row], fields: Fields) -> tuple[list[Row], Fields]:
    """Give records of turns a question and, where the last turn answers it, an answer.

    What was said before is kept with the question, and shown before it. A record that says what is
    asked in a field of its own is left as it is.
    """
    read = [_read(row, fields) for row in rows]
    if all(new is old for new, old in zip(read, rows, strict=True)):
        return list(rows), fields
    question = {} if fields.find("question", read[0].values) else {"question": "question"}
    return read, replace(fields, metadata=(*fields.metadata, f"{TURNS}?"), **question)


def _read(row: Row, fields: Fields) -> Row:
    if row.problem or fields.find("question", row.values):
        return row
    name, value = fields.read("messages", row.values)
    if value is None:
        return row
    try:
        turns = [_turn(each, f"{name}, turn {number}") for number, each in enumerate(value, 1)]
        return replace(row, values={**row.values, **_parted(turns, name, row.values, fields)})
    except ValueError as error:
        return replace(row, problem=str(error))


def _turn(value: Any, where: str) -> dict[str, str]:
    """Read one turn.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, Mapping):
        role = ROLES.get(str(value.get("role", value.get("from", ""))).lower())
        content = value.get("content", value.get("value"))
        if role and isinstance(content, str):
            return {"role": role, "content": text(content, where)}
    raise ValueError(
        f"{where} is {str(value)[:60]!r}; expected a role (system, user or assistant) and a content"
    )


def _parted(
    turns: list[dict[str, str]], name: str, values: Mapping[str, Any], fields: Fields
) -> dict[str, Any]:
    """Part turns into question, answer and what was said before.

    Raises:
        ValueError: no user asks at the end.
    """
    answers = bool(turns) and turns[-1]["role"] == "assistant"
    told, before = (turns[-1:], turns[:-1]) if answers else ([], turns)
    if not before or before[-1]["role"] != "user" or not before[-1]["content"].strip():
        raise ValueError(f"{name!r} does not end in a user's turn, or in the answer to one")
    parts: dict[str, Any] = {"question": before[-1]["content"], TURNS: before[:-1]}
    if told and not fields.find("answer", values):
        parts |= {"answer": told[0]["content"]}
    return parts
