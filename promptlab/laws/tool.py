"""The laws of tools: a text or a `RequestFailed` for every input, and the same twice where pure."""

from collections.abc import Callable, Sequence

from promptlab.laws.driving import Broken
from promptlab.protocols import Tool
from promptlab.types import RequestFailed

INPUTS = ("2 + 2", "", "六加一", "\x00\ufeff", "(" * 500, "A" * 2000)


def _called(tool: Tool, text: str) -> str | None:
    try:
        said: object = tool(text)
    except RequestFailed:
        return None
    if not isinstance(said, str):
        raise Broken(f"told {text[:20]!r}, it returns {said!r}, which is no text")
    return said


def returns_a_text_or_fails_with_a_message(tool: Tool) -> None:
    """No input ends in another error."""
    for text in INPUTS:
        _called(tool, text)


def says_the_same_twice_where_it_is_pure(tool: Tool) -> None:
    """A pure tool is kept in the store of completions, and asked once."""
    for text in INPUTS if tool.pure else ():
        if (one := _called(tool, text)) != (other := _called(tool, text)):
            raise Broken(f"told {text[:20]!r} it says {one!r}, and then {other!r}")


LAWS: Sequence[Callable[[Tool], None]] = (
    returns_a_text_or_fails_with_a_message,
    says_the_same_twice_where_it_is_pure,
)
