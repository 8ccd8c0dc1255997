"""Nested names: `question.stem`, `choices[].text`, `turns.0.content` lead into a record.

A name goes through lists item by item; a number takes one item, -1 the last. `[]` and `[0]` may be
written for the eye. A field whose own name has points in it comes before what lies within.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from promptlab.data.record.notation import read_list
from promptlab.data.record.row import join_names

ABSENT = object()
"""What a record holds under a name that it has not."""

_STEP = re.compile(r"[^.\[\]]+")
_SHOWN = 6


def get(values: Mapping[str, Any], name: str) -> Any:
    """Return what a record holds under a name, `ABSENT` where it has no such field."""
    if name in values:
        return values[name]
    steps = _STEP.findall(name)
    return _follow(values, steps) if len(steps) > 1 else ABSENT


def _follow(value: Any, steps: Sequence[str]) -> Any:
    if not steps:
        return value
    value = read_list(value) if isinstance(value, str) else value
    if isinstance(value, Mapping):
        return _follow(value[steps[0]], steps[1:]) if steps[0] in value else ABSENT
    if not isinstance(value, list | tuple):
        return ABSENT
    if re.fullmatch(r"-?\d{1,9}", steps[0]):
        index = int(steps[0])
        return _follow(value[index], steps[1:]) if _is_in(index, value) else ABSENT
    items = [_follow(item, steps) for item in value]
    return ABSENT if items and all(item is ABSENT for item in items) else _fill_absent(items)


def _is_in(index: int, items: Sequence[Any]) -> bool:
    return -len(items) <= index < len(items)


def _fill_absent(items: Sequence[Any]) -> list[Any]:
    return [None if item is ABSENT else item for item in items]


def paths_within(value: Any, name: str) -> list[str]:
    """Name what lies within a value, as a record's field may be named; the first few."""
    return list(dict.fromkeys(_paths(value, name)))[:_SHOWN]


def _paths(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key != "role":
                yield from _paths(item, f"{name}.{key}")
    elif _are_turns(value):
        for number, turn in enumerate(value, -len(value)):
            yield from _paths(turn, f"{name}.{number}")
    elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        yield from _paths(value[0], name)
    else:
        yield name


def _are_turns(value: Any) -> bool:
    """Return whether a value is a conversation, of which each turn is something else."""
    is_list = isinstance(value, list | tuple) and bool(value)
    return is_list and all(isinstance(turn, Mapping) and "role" in turn for turn in value)


def is_records(value: Any) -> bool:
    """Return whether a value is a list of objects, and no conversation."""
    is_list = isinstance(value, list) and bool(value)
    return is_list and all(isinstance(item, dict) and "role" not in item for item in value)


def nested_records(value: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of the lists that a name leads to, each with the fields of those above it.

    Raises:
        ValueError: there is no such list.
    """
    yield from _records(value, _STEP.findall(name), name, {})


def _records(
    value: Any, steps: Sequence[str], name: str, above: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _records(item, steps, name, above)
    elif not isinstance(value, Mapping):
        raise ValueError(
            f"dataset.records={name} leads to {type(value).__name__}; expected objects: {{…}}"
        )
    elif not steps:
        yield {**above, **value}
    elif steps[0] not in value:
        raise ValueError(
            f"there is no {steps[0]!r}, of dataset.records={name} (it has {join_names(value)})"
        )
    else:
        others = {key: item for key, item in value.items() if key != steps[0]}
        yield from _records(value[steps[0]], steps[1:], name, {**above, **others})
