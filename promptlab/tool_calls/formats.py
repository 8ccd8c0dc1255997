"""Calls in the text of a reply, in the form that the model's chat template has taught it.

- `hermes` (Hermes, Qwen, SmolLM): `<tool_call>{"name": …, "arguments": {…}}</tool_call>`, or in it
  `<function=name><parameter=name>value</parameter></function>` (Qwen3-Coder, Qwen3.5)
- `mistral`: `[TOOL_CALLS][{"name": …, "arguments": {…}}]`, or `[TOOL_CALLS]name[ARGS]{…}`
- `llama` (Llama 3): the whole reply is `{"name": …, "parameters": {…}}`, several parted by `;`,
  with `<|python_tag|>` before it or not

The forms are those that vLLM's parsers of the same names read. JSON is read by its own grammar, so
that an argument in which such words stand is an argument.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from promptlab.called import Offer, ToolCall
from promptlab.types import Completion, Generate

Format = Literal["hermes", "mistral", "llama"]
Read: TypeAlias = tuple[Sequence[ToolCall], int]
"""Calls, and where in the text they end."""

THINK, THOUGHT = "<think>", "</think>"
"""Around what a model thinks before it replies, in which nothing is called."""
MARKS: Mapping[Format, str] = {
    "hermes": "<tool_call>",
    "mistral": "[TOOL_CALLS]",
    "llama": "<|python_tag|>",
}
_KNOWN: Mapping[Format, tuple[str, ...]] = {
    "hermes": ("<tool_call>",),
    "mistral": ("[TOOL_CALLS]",),
    "llama": ("<|python_tag|>", '"parameters": '),
}
_CLOSE = "</tool_call>"
_FUNCTION = re.compile(r"<function=([^>\n]+)>(.*?)</function>\s*", re.S)
_PARAMETER = re.compile(r"<parameter=([^>\n]+)>\n?(.*?)\n?</parameter>", re.S)
_NAMED = re.compile(r"([\w.-]+)\s*(?:\[CALL_ID\]\w+)?\s*(?:\[ARGS\])?\s*(?=\{)")
_BARE = re.compile(r'\s*\{\s*"(?:name|type)"\s*:.*"(?:parameters|arguments)"', re.S)
_BLANK = re.compile(r"[\s;]*")
_DECODER = json.JSONDecoder()


def format_of(template: str) -> Format | None:
    """Return the form that a chat template teaches; None where it is none of these."""
    found = (form for form, marks in _KNOWN.items() if any(mark in template for mark in marks))
    return next(found, None)


def with_calls(completion: Completion, request: Generate, form: Format = "hermes") -> Completion:
    """Read the calls off a completion's text, where the request offered tools."""
    if not request.prompt.tools:
        return completion
    text, calls = read_calls(completion.text, form, request.prompt.tools)
    return replace(completion, text=text, calls=calls)


def read_calls(
    text: str, form: Format, offers: Sequence[Offer] = ()
) -> tuple[str, tuple[ToolCall, ...]]:
    """Read the calls of a reply, and what it says beside them.

    Args:
        text: The reply.
        form: Of its calls.
        offers: The tools that there are: they say which values that come without JSON are texts.

    Returns:
        What stands beside the calls, and the calls. Where one of them is broken, the text is all
        that was written.
    """
    begin = _after_thought(text, form, offers)
    said = text[begin:]
    if form == "llama" and _BARE.match(said):
        beside, calls = "", list(_llama(said, 0, offers)[0])
    else:
        beside, calls = _marked(said, form, offers)
    if not calls or any(call.broken for call in calls):
        return text, tuple(calls)
    return (text[:begin] + beside).strip(), tuple(calls)


def first_call(text: str, name: str, form: Format) -> ToolCall | None:
    """Read the call of a tool where it first stands in a text that says more; None: not so."""
    opens = "{" if form == "llama" else MARKS[form]
    start = text.rfind(opens, 0, text.find(name))
    calls = read_calls(text[start:], form)[1] if start >= 0 else ()
    return calls[0] if calls else None


def written_call(name: str, arguments: Any) -> str:
    """Write a call as Hermes does, and those that were taught its form."""
    call = _written({"name": name, "arguments": arguments})
    return f"{MARKS['hermes']}\n{call}\n{_CLOSE}"


def _after_thought(text: str, form: Format, offers: Sequence[Offer]) -> int:
    """Return where the thought ends that comes first; its closing words in a call end nothing."""
    end, mark = text.find(THOUGHT), text.find(MARKS[form])
    if end < 0 or (form == "llama" and _BARE.match(text)):
        return 0
    if 0 <= mark < end and not text.lstrip().startswith(THINK):
        calls, stop = _READERS[form](text, mark + len(MARKS[form]), offers)
        if stop > end and not any(call.broken for call in calls):
            return 0
    return end + len(THOUGHT)


def _marked(text: str, form: Format, offers: Sequence[Offer]) -> tuple[str, list[ToolCall]]:
    """Read what stands after each mark."""
    mark, beside, calls, at = MARKS[form], list[str](), list[ToolCall](), 0
    while (start := text.find(mark, at)) >= 0:
        beside.append(text[at:start])
        some, at = _READERS[form](text, start + len(mark), offers)
        calls += some
    return "".join([*beside, text[at:]]), calls


def _hermes(text: str, start: int, offers: Sequence[Offer]) -> Read:
    value, end = _json(text, start)
    if end < 0 and (found := _FUNCTION.match(text, _after_blank(text, start))):
        value, end = _by_parameter(found, offers), found.end()
    close = text.find(_CLOSE, max(end, start))
    if end < 0 or text[end : close if close >= 0 else None].strip():
        return _broken(text, start, close)
    return [_call(value)], len(text) if close < 0 else close + len(_CLOSE)


def _mistral(text: str, start: int, _offers: Sequence[Offer]) -> Read:
    named = _NAMED.match(text, start)
    value, end = _json(text, named.end() if named else start)
    if end < 0:
        return _broken(text, start, text.find(MARKS["mistral"], start))
    if named:
        value = {"name": named[1], "arguments": value}
    return [_call(each) for each in (value if isinstance(value, list) else [value])], end


def _llama(text: str, start: int, _offers: Sequence[Offer]) -> Read:
    calls: list[ToolCall] = []
    while _after_blank(text, start) < len(text):
        value, end = _json(text, start)
        if end < 0:
            return [*calls, ToolCall("", text[start:].strip())], len(text)
        calls.append(_call(value))
        start = end
    return calls or [ToolCall("")], len(text)


_READERS: Mapping[Format, Callable[[str, int, Sequence[Offer]], Read]] = {
    "hermes": _hermes,
    "mistral": _mistral,
    "llama": _llama,
}


def _broken(text: str, start: int, close: int) -> Read:
    """Return what stands up to a closing mark, or to the end, as a call that cannot be read."""
    written = text[start : close if close >= 0 else None].strip()
    after = close + len(_CLOSE) if text.startswith(_CLOSE, max(close, 0)) else close
    return [ToolCall("", written)], len(text) if close < 0 else after


def _after_blank(text: str, start: int) -> int:
    found = _BLANK.match(text, start)
    return found.end() if found else start


def _json(text: str, start: int) -> tuple[Any, int]:
    """Read a JSON value, and where it ends; -1 where there is none."""
    try:
        return _DECODER.raw_decode(text, _after_blank(text, start))
    except (ValueError, RecursionError):
        return None, -1


def _call(value: Any) -> ToolCall:
    """Take a call out of its JSON; some models write the arguments as JSON in a text."""
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(name, str):
        return ToolCall("", _written(value))
    given = value.get("arguments", value.get("parameters"))
    if given is None or given == "":  # a tool without parameters is called so by some
        return ToolCall(name)
    return ToolCall(name, given if isinstance(given, str) else _written(given))


def _by_parameter(found: re.Match[str], offers: Sequence[Offer]) -> dict[str, Any]:
    """Take a call out of its tags: a value is JSON, unless its parameter is a text."""
    name = found[1].strip()
    schema = next((offer.schema for offer in offers if offer.name == name), {})
    known = schema.get("properties")
    given = {}
    for parameter, value in _PARAMETER.findall(found[2]):
        about = known.get(parameter) if isinstance(known, dict) else None
        is_text = not isinstance(about, dict) or about.get("type") == "string"
        given[parameter] = value if is_text else _value(value)
    return {"name": name, "arguments": given}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
