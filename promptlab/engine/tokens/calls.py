"""The calls in what a local model replies.

A tokenizer that says itself how its replies are read (transformers' `response_template`) is
believed; else its chat template says which of the known forms its model was taught.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from promptlab.called import ToolCall
from promptlab.engine.tokens.rendering import render
from promptlab.engine.tokens.tools import format_of_calls, template_of_replies
from promptlab.tool_calls import functions, read_calls, structured_calls
from promptlab.types import Completion, Generate, Prompt


def calling(tokenizer: Any, completion: Completion, marked: str, request: Generate) -> Completion:
    """Read the calls off a reply.

    Args:
        tokenizer: The model's.
        completion: The reply without special tokens.
        marked: Its text with them, since they mark the calls of some models.
        request: What was asked.
    """
    if template_of_replies(tokenizer) is not None:
        text, calls = _parsed(tokenizer, marked, request.prompt)
    elif form := format_of_calls(tokenizer):
        text, calls = read_calls(marked, form, request.prompt.tools)
    else:
        return completion
    return replace(completion, text=text, calls=tuple(calls)) if calls else completion


def _parsed(tokenizer: Any, text: str, prompt: Prompt) -> tuple[str, Sequence[ToolCall]]:
    """Let transformers read a reply; what it cannot read is a broken call."""
    before = render(tokenizer, prompt).text
    try:
        said = tokenizer.parse_response(text, prefix=before, tools=functions(prompt.tools))
    except (ValueError, KeyError, TypeError, AttributeError):
        return text, (ToolCall("", text),)
    calls = structured_calls(said.get("tool_calls"))
    broken = any(call.broken for call in calls)
    return text if broken else str(said.get("content") or ""), calls
