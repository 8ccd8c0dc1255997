"""Tools in a model's own chat template: whether it has a place for them, and how they get there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from jinja2.exceptions import TemplateError

from promptlab.called import Offer, ToolCall
from promptlab.tool_calls import Format, first_call, format_of, functions, turns, written_call
from promptlab.types import Message

PROBE = Offer("a_tool_to_look_for", "is looked for in what a template writes")
CALLED = ToolCall("a_call_to_look_for", '{"input": "likewise"}')
INSTEAD = "use a model whose chat template has tools, or strategy.calls=text"


@lru_cache(maxsize=8)
def check_tools(tokenizer: Any) -> None:
    """Refuse a tokenizer whose chat template has no tools, or writes calls as nobody here reads.

    Raises:
        ValueError: it is so.
    """
    name = tokenizer.name_or_path
    if not tokenizer.chat_template:
        raise ValueError(f"{name} has no chat template and was offered tools; {INSTEAD}")
    if not _shows_tools(tokenizer):
        raise ValueError(
            f"the chat template of {name} has no place for tools and was offered some; {INSTEAD}"
        )
    if template_of_replies(tokenizer) is None and format_of_calls(tokenizer) is None:
        raise ValueError(
            f"the chat template of {name} writes calls in a form that is not known here; expected "
            "<tool_call> (Hermes, Qwen, SmolLM), [TOOL_CALLS] (Mistral), JSON with parameters "
            f"(Llama 3), or a tokenizer with a response_template; {INSTEAD}"
        )


def changed(value: Any, change: Callable[[str], str]) -> Any:
    """Change every text in what JSON can hold, names too."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change(name): changed(each, change) for name, each in value.items()}
    return [changed(each, change) for each in value] if isinstance(value, list) else value


def strings(value: Any) -> Iterator[str]:
    """Yield every text in what JSON can hold, names too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield name
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def one_by_one(turns: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Part turns that make several calls: each call is a turn of its own before its result."""
    apart: list[Mapping[str, Any]] = []
    waiting: list[Mapping[str, Any]] = []
    for turn in turns:
        first, *waiting = _singly(turn) if "tool_calls" in turn else [turn, *waiting]
        apart.append(first)
        if turn["role"] == "tool" and waiting:
            apart.append(waiting.pop(0))
    return turns if len(apart) == len(turns) else apart


def _singly(turn: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    first, *others = turn["tool_calls"]
    bare = {**turn, "content": ""}
    return [{**turn, "tool_calls": [first]}, *({**bare, "tool_calls": [each]} for each in others)]


def _shows_tools(tokenizer: Any) -> bool:
    """Whether a tool that is offered stands in what the template writes."""
    turns = [{"role": "user", "content": "?"}]
    try:
        text = tokenizer.apply_chat_template(turns, tools=functions([PROBE]), tokenize=False)
    except TemplateError:
        return False
    return PROBE.name in text


def template_of_replies(tokenizer: Any) -> Any:
    """How the tokenizer itself says that its replies are read; None where it says nothing."""
    return getattr(tokenizer, "response_template", None)


@lru_cache(maxsize=8)
def format_of_calls(tokenizer: Any) -> Format | None:
    """The form that the chat template teaches; None where it is not known here.

    What a template writes of a call tells it from one that has the same words for another form.
    """
    form = format_of(tokenizer.get_chat_template(tools=functions([PROBE])))
    said = _with_a_call(tokenizer) if form else ""
    if form is None or CALLED.name not in said:
        return "hermes" if form == "hermes" and said else None
    return form if first_call(said, CALLED.name, form) == CALLED else None


@lru_cache(maxsize=8)
def leaves_calls_out(tokenizer: Any) -> bool:
    """Whether the chat template teaches calls, and writes none that was made (SmolLM3)."""
    return format_of_calls(tokenizer) == "hermes" and CALLED.name not in _with_a_call(tokenizer)


def as_text(turn: Mapping[str, Any]) -> dict[str, Any]:
    """Write a turn's calls after its content, as the model wrote them."""
    calls = [each["function"] for each in turn.get("tool_calls", ())]
    texts = [written_call(each["name"], each["arguments"]) for each in calls]
    others = {name: value for name, value in turn.items() if name != "tool_calls"}
    return {**others, "content": "\n".join(filter(None, [turn["content"], *texts]))}


def _with_a_call(tokenizer: Any) -> str:
    """What the template writes where a tool was called; nothing where it refuses that."""
    said = [Message("user", "?"), Message("assistant", "", (CALLED,))]
    told = turns(said, lambda call: call.given)
    try:
        text: str = tokenizer.apply_chat_template(told, tools=functions([PROBE]), tokenize=False)
    except (TemplateError, TypeError):  # one that adds the arguments to a text, say
        return ""
    return text
