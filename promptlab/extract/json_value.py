"""JSON in a reply: the first value that will do; and values written so that equal ones are alike.

Objects are equal whatever the order of their keys, and numbers by their value: 1.0 is 1.
"""

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from promptlab.extract.bounds import bounded
from promptlab.extract.refusal import is_refusal
from promptlab.extract.thinking import visible
from promptlab.types import Answer, Completion, Outcome

TRIED = 1_000
"""Most braces and brackets of a reply at which JSON is looked for."""
_BEGIN = re.compile(r"[{\[]")


def _number(text: str) -> float | int:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is beyond what a number can be")
    return int(value) if value.is_integer() else value


def _constant(text: str) -> None:
    raise ValueError(f"{text} is no JSON")


_DECODER = json.JSONDecoder(parse_float=_number, parse_constant=_constant)


def written(value: Any) -> str:
    """Write a value in its canonical form: compact, its keys sorted."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # Half a character can be escaped in JSON, and stand in no file.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def canonical(text: str) -> str | None:
    """Return the canonical form of a text that is one JSON value; None where it is none."""
    try:
        return written(_DECODER.decode(text))
    except (ValueError, RecursionError):
        return None


def read(completion: Completion, fault: Callable[[Any], str] = lambda _: "") -> Answer:
    """Return the first JSON of a reply that will do, in its canonical form.

    Args:
        completion: The reply.
        fault: Says what a value misses; empty where it will do.
    """
    why = "there is no JSON in the reply"
    text = bounded(visible(completion.text))
    for start, value in (*_whole(completion.text), *_values(text)):
        if not (missed := fault(value)):
            return Answer(written(value), text[:start].strip())
        why = missed
    if _BEGIN.search(text) and why.startswith("there is"):
        why = "what begins as JSON is broken, or ends before it is whole"
    return Answer("", text.strip(), outcome=_outcome(completion, text), why=why)


def _outcome(completion: Completion, text: str) -> Outcome:
    if is_refusal(text, None):
        return "refused"
    return "truncated" if completion.finish_reason == "length" else "unparsed"


def _whole(text: str) -> Iterator[tuple[int, Any]]:
    """Yield the reply itself, where it is JSON and nothing else."""
    try:
        yield 0, _DECODER.decode(text)
    except (ValueError, RecursionError):
        return


def _values(text: str) -> Iterator[tuple[int, Any]]:
    """Yield the objects and lists of a reply, one after the other, with where they begin."""
    end = 0
    for number, begin in enumerate(_BEGIN.finditer(text)):
        if number == TRIED:
            return
        if begin.start() < end:
            continue
        try:
            value, end = _DECODER.raw_decode(text, begin.start())
        except (ValueError, RecursionError):
            continue
        yield begin.start(), value
