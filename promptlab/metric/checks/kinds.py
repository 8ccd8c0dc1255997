"""The kinds of check that look at a reply's text: each takes what yaml gives it, and the text.

What yaml gives is looked at once, when the check is made, and refused there; the text is any text.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import regex

from promptlab.extract import canonical
from promptlab.text.unicode import HAN
from promptlab.types import Question, Task

Test = Callable[[str], bool]
PATIENCE = 1.0
"""Seconds that a regular expression may search one reply."""
_NUMBER = Task(answer="number")
_NOTHING = Question("", "")
_WORD = regex.compile(rf"[{HAN}]|[^\W{HAN}]+(?:['’-][^\W{HAN}]+)*")


def contains(value: Any) -> Test:
    """The text has these characters, in any case; of a list, all of them."""
    wanted = [text.casefold() for text in _texts(value)]
    return lambda text: all(each in text.casefold() for each in wanted)


def not_contains(value: Any) -> Test:
    """The text has none of these."""
    unwanted = [text.casefold() for text in _texts(value)]
    return lambda text: not any(each in text.casefold() for each in unwanted)


def equals(value: Any) -> Test:
    """The text is this one, spaces around it aside."""
    (wanted,) = _texts(value, most=1)
    return lambda text: text.strip() == wanted.strip()


def starts_with(value: Any) -> Test:
    """The text begins so, white space before it aside."""
    (wanted,) = _texts(value, most=1)
    return lambda text: text.lstrip().startswith(wanted)


def one_of(value: Any) -> Test:
    """The text is one of these, spaces, case and a final point aside."""
    wanted = {_bare(text) for text in _texts(value)}
    return lambda text: _bare(text) in wanted


def matches(value: Any) -> Test:
    """A regular expression is found in the text.

    Raises:
        ValueError: it is none.
    """
    (pattern,) = _texts(value, most=1)
    try:
        compiled = regex.compile(pattern)
    except regex.error as error:
        raise ValueError(f"{pattern!r} is no regular expression ({error})") from None

    def found(text: str) -> bool:
        try:
            return compiled.search(text, timeout=PATIENCE) is not None
        except TimeoutError:
            return False

    return found


def is_json(value: Any) -> Test:
    """The text is JSON, or (`false`) it is not."""
    if not isinstance(value, bool):
        raise ValueError(f"{value!r}; expected true or false")
    return lambda text: (_parsed(text) is not None) == value


def json_schema(value: Any) -> Test:
    """The text is JSON of a schema: one in yaml, or the path of a file.

    Raises:
        ValueError: the schema is none.
        OSError: the file cannot be read.
    """
    from jsonschema.exceptions import SchemaError  # noqa: PLC0415  only where it is asked for
    from jsonschema.validators import validator_for  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415

    schema = _read_schema(value) if isinstance(value, str) else value
    if not isinstance(schema, (dict, bool)):
        raise ValueError(f"{schema!r}; expected a JSON schema, or the path of one")
    if elsewhere := [ref for ref in _references(schema) if not ref.startswith("#")]:
        raise ValueError(
            f"its $ref is {elsewhere[0]!r}, and nothing is read from elsewhere; expected #/$defs/… "
            "with what it refers to in the schema"
        )
    kind = validator_for(schema)
    try:
        kind.check_schema(schema)
    except SchemaError as error:
        raise ValueError(f"it is no JSON schema ({error.message})") from None
    validator = kind(schema, registry=Registry())

    def valid(text: str) -> bool:
        content = _parsed(text)
        return content is not None and bool(validator.is_valid(content[0]))

    return valid


def words(value: Any) -> Test:
    """The text has so many words; a Chinese character is one."""
    within = bounds(value)
    return lambda text: within(len(_WORD.findall(text)))


def characters(value: Any) -> Test:
    """The text has so many characters, white space around it aside."""
    within = bounds(value)
    return lambda text: within(len(text.strip()))


def number(value: Any) -> Test:
    """The text names one number, and it is within bounds."""
    within = bounds(value)

    def inside(text: str) -> bool:
        named = canonical(text, _NUMBER, _NOTHING)
        return named is not None and within(float(named))

    return inside


def bounds(value: Any) -> Callable[[float], bool]:
    """Read `{min: 1, max: 5}`, either of which may be missing.

    Raises:
        ValueError: it is something else.
    """
    known = {"min", "max"}
    good = isinstance(value, Mapping) and value and value.keys() <= known
    if not good or not all(_is_number(bound) for bound in value.values()):
        raise ValueError(f"{value!r}; expected {{min: …, max: …}}, one of them or both")
    low, high = value.get("min", -math.inf), value.get("max", math.inf)
    if low > high:
        raise ValueError(f"{value!r}; min is more than max")
    return lambda measured: low <= measured <= high


KINDS: Mapping[str, Callable[[Any], Test]] = {
    "contains": contains,
    "not_contains": not_contains,
    "equals": equals,
    "starts_with": starts_with,
    "one_of": one_of,
    "regex": matches,
    "json": is_json,
    "json_schema": json_schema,
    "words": words,
    "characters": characters,
    "number": number,
}
"""By name, what makes the test of a kind."""


def _texts(value: Any, most: int = 0) -> list[str]:
    """Take one text, or a list of some; raise `ValueError` for anything else."""
    given = value if isinstance(value, (list, tuple)) else [value]
    plain = [str(item) for item in given if isinstance(item, (str, int, float))]
    if not given or len(plain) != len(given) or not all(plain) or (most and len(plain) > most):
        wanted = "a text" if most == 1 else "a text, or a list of texts"
        raise ValueError(f"{value!r}; expected {wanted}")
    return plain


def _bare(text: str) -> str:
    return text.strip().rstrip(".。").casefold()


def _parsed(text: str) -> tuple[Any] | None:
    """Return what a text is in JSON, in a tuple: null is a value, too."""
    try:
        return (json.loads(text),)
    except (ValueError, RecursionError):
        return None


def _references(schema: Any) -> Iterator[str]:
    """Yield what the references of a schema name."""
    if isinstance(schema, dict):
        yield from (str(schema[key]) for key in ("$ref", "$dynamicRef") if key in schema)
    parts = schema.values() if isinstance(schema, dict) else schema
    for part in parts if isinstance(schema, dict | list) else ():
        yield from _references(part)


def _read_schema(path: str) -> Any:
    from pathlib import Path  # noqa: PLC0415

    try:
        return json.loads(Path(path).read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: not JSON ({error})") from None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
