"""A tool as a model is offered it, and a call as a model makes it.

Both hold JSON as the text that it is, so that they can be hashed and recorded like all else.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

TEXT_INPUT = (
    '{"type": "object", "properties": {"input": {"type": "string"}}, "required": ["input"]}'
)
"""The parameters of a tool that takes one text."""

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a tool may be called where OpenAI's protocol or a chat template names it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A tool that a model may call; `parameters` is the JSON Schema of its arguments."""

    name: str
    description: str = ""
    parameters: str = TEXT_INPUT

    def __post_init__(self) -> None:
        """Refuse a name that no protocol takes, and what is no schema.

        Raises:
            ValueError: one of both.
        """
        if not NAME.fullmatch(self.name):
            raise ValueError(
                f"a tool is called {self.name!r}; expected letters, digits, _ and -, at most 64"
            )
        if _object(self.parameters) is None:
            raise ValueError(
                f"the parameters of the tool {self.name} are {self.parameters[:100]!r}; expected "
                "a JSON Schema, which is an object"
            )

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its arguments."""
        return _object(self.parameters) or {}

    @property
    def plain(self) -> dict[str, str]:
        """The offer as plain data."""
        return {
            "name": self.name,
            "description": self.description,
            "parameters": self.parameters,
        }

    @property
    def text(self) -> str:
        """The offer for a person to read."""
        return f"{self.name}: {self.description}\n    {self.parameters}"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that a model asks for; `arguments` are JSON by name, as it wrote them.

    One that cannot be read is `broken`: it has no name, or its arguments are no JSON object.
    """

    name: str
    arguments: str = "{}"

    @property
    def given(self) -> dict[str, Any] | None:
        """The arguments by name; None where they are no JSON object."""
        return _object(self.arguments)

    @property
    def broken(self) -> bool:
        """Whether it says no tool that could be called, or no arguments by name."""
        return not NAME.fullmatch(self.name) or self.given is None

    @property
    def plain(self) -> dict[str, str]:
        """The call as plain data."""
        return {"name": self.name, "arguments": self.arguments}

    @property
    def text(self) -> str:
        """The call for a person to read."""
        return f"→ {self.name or '?'} {self.arguments}"


def _object(text: str) -> dict[str, Any] | None:
    """Read a JSON object; None where it is none."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError, TypeError):
        return None
    return read if isinstance(read, dict) else None
