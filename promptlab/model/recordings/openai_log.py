"""Conversations as OpenAI's programs write them: chats to train on, logs of requests, batches.

A line holds what was asked (`messages`, `prompt` or `input`) at its top, in `body` or in `request`,
and what was said: `choices` (or a Responses' `output`) at its top or in `response`, the last of the
`messages` where it is an assistant's, or a plain `completion`, `response` or `output`. A batch has
the two in files of their own; its lines are joined by `custom_id` where both stand in one file.
https://platform.openai.com/docs/guides/batch
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from promptlab.model.recordings.recording import Draw

ASKED = ("messages", "prompt", "input")
SAID = ("choices", "completion", "output", "response")


def is_conversation(line: Mapping[str, Any]) -> bool:
    """Whether a line is of such a file."""
    return not {*ASKED, *SAID[:2], "response", "request", "custom_id"}.isdisjoint(line)


def questions(lines: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What a batch asks, by its requests' ids."""
    named = (line for line in lines if "custom_id" in line)
    return {str(line["custom_id"]): question for line in named if (question := _question(line))}


def conversation(
    line: Mapping[str, Any], asked: Mapping[str, str], system: str
) -> tuple[str, list[Draw]]:
    """The question of a line and what was said to it; nothing, where a request failed or waits.

    Args:
        line: The line.
        asked: The questions of a batch, by the requests' ids.
        system: The model whose replies are wanted; empty is all.

    Raises:
        ValueError: there is a reply to nothing, a question with no reply, or a reply of no text.
    """
    name = line.get("custom_id")
    replies = list(_replies(line))
    question = _question(line) or asked.get(str(name), "")
    if name is None and not replies:
        raise ValueError(f"no reply; expected one in {', '.join(SAID)}, or in the last of messages")
    if replies and not question and name is not None:
        raise ValueError(
            f"the reply to custom_id {name!r}, whose question is nowhere; expected the batch's "
            "input and output in one file: cat input.jsonl output.jsonl > both.jsonl"
        )
    if replies and not question:
        raise ValueError(f"a reply to nothing; expected what was asked, in {', '.join(ASKED)}")
    return question, [draw for draw, author in replies if system in ("", author)]


def _question(line: Mapping[str, Any]) -> str:
    """The last that a user says, or the whole prompt."""
    for place in _places(line, "body", "request"):
        for name in (*ASKED, "question"):
            if (question := _last(place.get(name), "user")).strip():
                return question
    return ""


def _replies(line: Mapping[str, Any]) -> Iterator[tuple[Draw, str]]:
    """Every reply, and the model that wrote it where that is said."""
    for place in _places(line, "response"):
        author = str(place.get("model", ""))
        if isinstance(choices := place.get("choices"), list):
            yield from ((_choice(choice), author) for choice in choices)
            return
        told = (place.get(name) for name in SAID)
        text = next(filter(None, (_last(each, "assistant") for each in told)), None)
        if text is not None:
            yield Draw(text), author
            return
    turns = line.get("messages")
    if isinstance(turns, list) and turns and _role(turns[-1]) == "assistant":
        yield Draw(_last(turns, "assistant")), str(line.get("model", ""))


def _places(line: Mapping[str, Any], *names: str) -> Iterator[Mapping[str, Any]]:
    """The line itself, and what stands in it under these names, or in the `body` of that."""
    yield line
    for name in names:
        inner = line.get(name)
        if isinstance(inner, Mapping):
            yield inner
            if isinstance(body := inner.get("body"), Mapping):
                yield body


def _choice(choice: Any) -> Draw:
    """One of the choices; a reply that was all reasoning, or a tool's call, has no text."""
    if not isinstance(choice, Mapping) or not {"message", "text"} & choice.keys():
        raise ValueError(f"the choice {str(choice)[:80]}; expected one with `message` or `text`")
    message = choice.get("message")
    said = message.get("content") if isinstance(message, Mapping) else choice.get("text")
    cut = choice.get("finish_reason") == "length"
    return Draw(_text(said), None, "length" if cut else "stop")


def _last(told: Any, role: str) -> str:
    """A text, or that of the last turn of a role."""
    if isinstance(told, list):
        turns = [turn for turn in told if _role(turn) == role]
        return _text(turns[-1].get("content")) if turns else ""
    return _text(told)


def _role(turn: Any) -> Any:
    return turn.get("role") if isinstance(turn, Mapping) else None


def _text(content: Any) -> str:
    """A content, which may be in parts."""
    if isinstance(content, list):
        texts = (part.get("text") for part in content if isinstance(part, Mapping))
        return "".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else ""
