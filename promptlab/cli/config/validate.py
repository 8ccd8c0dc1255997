"""Validate the value of a field against its annotation; the message names both."""

import json
import math
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

WORDS: Mapping[Any, str] = {
    str: "text",
    Path: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}
INIT = "__init__"
PLAIN = (str, int, float, bool, list, dict, type(None))
"""What yaml holds; anything else was built by a `_target_`."""


def check(key: str, value: Any, hint: Any) -> None:
    """Refuse a value that does not match its field's annotation.

    Args:
        key: What the config calls the field.
        value: What it is to hold: plain data, or a component.
        hint: The annotation.

    Raises:
        ValueError: it is of another type; says what was given and what is expected.
    """
    for path, item, expected in _wrong(key, value, hint):
        raise ValueError(f"{path} is {_preview(item)}; expected {_describe(expected, item, path)}")


@lru_cache(maxsize=256)
def hints(target: Any) -> Mapping[str, Any]:
    """Read the annotations of what a `_target_` names; none where they cannot be read."""
    is_plain_class = isinstance(target, type) and not is_dataclass(target)
    try:
        return get_type_hints(getattr(target, INIT) if is_plain_class else target)
    except (NameError, TypeError, AttributeError):
        return {}


def _wrong(key: str, value: Any, hint: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield what is wrong: where, the value, and what is expected."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        tried = [list(_wrong(key, value, argument)) for argument in arguments]
        if all(tried):
            yield key, value, hint
    elif origin is Literal:
        if not any(type(value) is type(argument) and value == argument for argument in arguments):
            yield key, value, hint
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        yield from _wrong_mapping(key, value, hint)
    elif isinstance(origin, type) and issubclass(origin, Sequence):
        yield from _wrong_list(key, value, hint)
    elif not _fits(value, hint):
        yield key, value, hint


def _wrong_mapping(key: str, value: Any, hint: Any) -> Iterator[tuple[str, Any, Any]]:
    if not isinstance(value, Mapping):
        yield key, value, hint
        return
    names, items = get_args(hint)
    for name, item in value.items():
        if list(_wrong(key, name, names)):
            yield f"a name in {key}", name, names
        if not _number_as_text(item, items):
            yield from _wrong(f"{key}.{name}", item, items)


def _wrong_list(key: str, value: Any, hint: Any) -> Iterator[tuple[str, Any, Any]]:
    if not isinstance(value, (list, tuple)):
        yield key, value, hint
        return
    item = get_args(hint)[0]
    for number, entry in enumerate(value):
        if not _number_as_text(entry, item):
            yield from _wrong(f"{key}[{number}]", entry, item)


def _number_as_text(value: Any, hint: Any) -> bool:
    """Take whole numbers among texts for what they are called: labels 0 and 1, say."""
    return hint is str and type(value) is int


def _fits(value: Any, hint: Any) -> bool:
    """Hold a value against a plain type or a class; what is no class is not judged."""
    if hint is float:
        return type(value) in (int, float) and math.isfinite(value)
    if hint is Path:
        return isinstance(value, (str, Path))
    if hint in WORDS:
        return type(value) is hint
    if not isinstance(hint, type) or hint in (Any, object):
        return True
    if getattr(hint, "_is_protocol", False) or hint.__module__ == "collections.abc":
        return not isinstance(value, PLAIN)
    return isinstance(value, hint)


def _describe(hint: Any, value: Any, key: str) -> str:
    """Say what a field may hold, what is like it, and how text that looks like more is written."""
    text, options = _words(hint), [option for option in _options(hint) if isinstance(option, str)]
    if isinstance(value, str) and (like := get_close_matches(value, options, 1)):
        return f"{text}; did you mean {like[0]}?"
    if isinstance(value, (bool, int, float)) and "text" in text:
        line = "in quotation marks, as it was meant"
        return f"{text}, {line}" if "]" in key else f"{text}, {line}: \"{key}='…'\""
    return text


def _options(hint: Any) -> list[Any]:
    """List the words that are allowed where only some are."""
    if get_origin(hint) is Literal:
        return list(get_args(hint))
    return [option for argument in get_args(hint) for option in _options(argument)]


def _words(hint: Any) -> str:
    *others, last = dict.fromkeys(_alternatives(hint))
    return f"{', '.join(others)} or {last}" if others else last


def _alternatives(hint: Any) -> list[str]:
    """Say each thing that a field may hold."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return [alternative for argument in arguments for alternative in _alternatives(argument)]
    if origin is Literal:
        return list(map(str, arguments))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return [f"names, each with {_words(arguments[1])}: {{name: …}}"]
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return [f"a list, each item {_words(arguments[0])}: […]"]
    if hint in WORDS:
        return [WORDS[hint]]
    name = str(getattr(hint, "__name__", hint))
    return [f"{'an' if name[0] in 'AEIOU' else 'a'} {name}, which a yaml makes with _target_"]


def _preview(value: Any) -> str:
    if not isinstance(value, PLAIN):
        return f"a {type(value).__name__}"
    if isinstance(value, float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=lambda other: type(other).__name__)
