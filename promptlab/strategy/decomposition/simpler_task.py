"""The task of simpler questions: none is asked for a label or a choice because the question is."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from promptlab.output.free import Free
from promptlab.types import Task

S = TypeVar("S")


def asked_as(strategy: S, was: Task, task: Task) -> S:
    """Return a strategy that asks for `task` wherever it, or what it wraps, would ask for `was`.

    There its replies are free, too: what the data set's answers must be, others need not. What has
    a task of its own keeps it.
    """
    whole: Any = strategy
    if not is_dataclass(whole) or isinstance(whole, type | Task):
        return strategy
    parts = {part.name: getattr(whole, part.name) for part in fields(whole) if part.init}
    made = {name: _part(part, was, task) for name, part in parts.items()}
    if parts.get("task") == was and "output" in parts:
        made["output"] = Free()
    changed = {name: part for name, part in made.items() if part is not parts[name]}
    if not changed:
        return strategy
    asked: Any = replace(whole, **changed)
    return cast("S", asked)


def _part(part: Any, was: Task, task: Task) -> Any:
    """Change a field: a task, a strategy, or some by name."""
    if isinstance(part, Task):
        return task if part == was else part
    if not isinstance(part, Mapping):
        return asked_as(part, was, task)
    made = {name: _part(each, was, task) for name, each in part.items()}
    return part if all(made[name] is each for name, each in part.items()) else made
