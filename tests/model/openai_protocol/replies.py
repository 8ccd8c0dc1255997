"""What is asked of a server, and what it says."""

from typing import Any

from promptlab.model.server.openai import OpenAI
from promptlab.types import Generate, Message, Prompt, Sampling

KEY = "sk-do-not-tell-anyone-0123456789"


def text(content: str, **sampling: Any) -> Generate:
    """Ask for the continuation of a text."""
    return Generate(Prompt((Message("text", content),)), Sampling(**sampling))


def chat(*turns: tuple[str, str], **sampling: Any) -> Generate:
    """Ask for the next turn."""
    messages = tuple(Message(role, content) for role, content in turns)
    return Generate(Prompt(messages), Sampling(**sampling))


def completed(content: str, **more: Any) -> tuple[int, dict[str, str], Any]:
    """What a server says to a text."""
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    choice = {"index": 0, "text": content, "finish_reason": "stop", "logprobs": None, **more}
    return 200, {}, {"object": "text_completion", "choices": [choice], "usage": usage}


def replied(content: str | None, **more: Any) -> tuple[int, dict[str, str], Any]:
    """What a server says to turns."""
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "message": message, "finish_reason": "stop", **more}
    return 200, {}, {"object": "chat.completion", "choices": [choice]}


def refused(code: int, words: str, **headers: str) -> tuple[int, dict[str, str], Any]:
    """What a server says when it will not."""
    return code, headers, {"error": {"message": words, "type": "an_error", "code": code}}


def no_retries(url: str, **more: Any) -> OpenAI:
    """A model that asks once."""
    return OpenAI("m", url, retries=0, **more)
