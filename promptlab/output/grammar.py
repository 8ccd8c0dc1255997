"""A form as a grammar of `llguidance`, which follows it token by token.

Its JSON keeps the order of a schema's properties, and at most 64 blanks stand between two tokens
of it, so that no reply is blanks without end. What the library does not support is said by `fault`.
"""

import json
from functools import lru_cache
from typing import Any

from promptlab.types import Form

BLANKS = r"[ \n\t]{0,64}"


def grammar(form: Form) -> str:
    """Write a form in the library's language."""
    from llguidance import LLMatcher  # noqa: PLC0415  heavy

    return LLMatcher.grammar_from_lark(_lark(form))


def _lark(form: Form) -> str:
    lead = json.dumps(form.lead) if form.lead else ""
    if form.kind == "choice":
        return f"start: {lead} ({' | '.join(map(json.dumps, form.options))})"
    if form.kind == "regex":
        from llguidance import regex_to_lark  # noqa: PLC0415  heavy

        return f"start: {lead} TEXT\nTEXT: /{regex_to_lark(form.text, '')}/"
    return f"start: {lead} %json {json.dumps(_bounded(json.loads(form.text)))}"


def _bounded(schema: Any) -> dict[str, Any]:
    """Bound a schema's blanks, if it does not say itself how many there may be."""
    own = dict(schema) if isinstance(schema, dict) else {}
    return own | {"x-guidance": {"whitespace_pattern": BLANKS, **own.get("x-guidance", {})}}


def fault(form: Form) -> str:
    """Say why nothing can be held to a form; empty where it can."""
    matcher = _matcher(form)
    if not matcher.is_error():
        matcher.compute_bitmask()
    lines = str(matcher.get_error()).split("\n")
    if lines[0].startswith("NoExtension"):
        return "no reply matches it"
    told = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    return (told or lines)[0]


def matches(form: Form, text: str) -> bool:
    """Say whether a whole text is of a form."""
    matcher = _matcher(form)
    taken = matcher.consume_tokens(list(text.encode("utf-8", "replace")))
    return bool(taken and matcher.is_accepting())


def _matcher(form: Form) -> Any:
    """Follow a form byte by byte."""
    from llguidance import LLMatcher  # noqa: PLC0415  heavy

    return LLMatcher(_bytes(), grammar(form), log_level=0)


@lru_cache(maxsize=1)
def _bytes() -> Any:
    from llguidance import LLTokenizer  # noqa: PLC0415  heavy

    return LLTokenizer("byte")
