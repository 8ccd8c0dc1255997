"""One check: its name, its kind, and what it is given; read from yaml, or from a record."""

import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from promptlab.metric.checks.kinds import KINDS, Test, bounds
from promptlab.types import Completion

RUBRIC, FUNCTION, SIMILAR, TOKENS = "rubric", "function", "similar", "tokens"
LATENCY, COST = "latency", "cost"
ALL = (*KINDS, TOKENS, LATENCY, COST, SIMILAR, FUNCTION, RUBRIC)
Score = Callable[[Completion], float]
TAKEN = (
    *("accuracy", "passed", "n", "calls", "costs"),
    *(LATENCY, COST, "latency_median", "latency_p95", "seconds"),
)
"""Names that a result has for something else."""


@dataclass(frozen=True)
class Check:
    """A check that can be made.

    Attributes:
        name: What its score is called.
        kind: Which kind it is.
        value: What that kind is given.
        score: Scores a reply; None where more than the reply is looked at, or somebody asked.
    """

    name: str
    kind: str
    value: Any
    score: Score | None = None


def checks_of(
    items: Any, where: str, *, trusted: bool, before: Sequence[Check] = ()
) -> list[Check]:
    """Read checks, and return them after those before; a second `contains` is `contains_2`.

    Args:
        items: A list of mappings, or its JSON text.
        where: What holds them, for messages.
        trusted: Whether they may name a function: they stand in yaml, and not in a record.
        before: Checks that have their names already.

    Raises:
        ValueError: one of them is none; says which, and what was expected.
    """
    if isinstance(items, str):
        try:
            items = json.loads(items) if items.strip() else []
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{where}: not JSON ({error}); expected a list of checks") from None
    items = [items] if isinstance(items, Mapping) else items
    if not isinstance(items, Sequence):
        raise ValueError(
            f"{where}: {items!r}; expected a list of checks, such as [{{contains: x}}]"
        )
    made = {check.name: check for check in before}
    for number, item in enumerate(items, start=1):
        check = _check(item, f"{where}, check {number}", made, trusted=trusted)
        made[check.name] = check
    return list(made.values())


def _check(item: Any, where: str, before: Mapping[str, Check], *, trusted: bool) -> Check:
    if not isinstance(item, Mapping):
        raise ValueError(f"{where}: {item!r}; expected a kind with its value, such as contains: x")
    kinds = [str(key) for key in item if key != "name"]
    if len(kinds) != 1:
        raise ValueError(f"{where}: {dict(item)!r}; expected one kind with its value, and a name")
    (kind,) = kinds
    if kind not in ALL:
        near = get_close_matches(kind, ALL, 1)
        hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(ALL)}"
        raise ValueError(f"{where}: no check {kind!r}; {hint}")
    if kind == FUNCTION and not trusted:
        raise ValueError(f"{where}: a function is named; data names none, only metric.checks does")
    if kind == "json_schema" and isinstance(item[kind], str) and not trusted:
        raise ValueError(f"{where}: a schema's file is named; data names none, it holds the schema")
    name = str(item.get("name") or _unused(kind, before))
    if name in before or name in TAKEN:
        raise ValueError(f"{where}: the name {name!r} is taken; give it another: name: …")
    try:
        return Check(name, kind, item[kind], _score(kind, item[kind]))
    except ValueError as error:
        raise ValueError(f"{where}, {kind}: {error}") from None


def _unused(kind: str, before: Mapping[str, Check]) -> str:
    name = f"{kind}_bound" if kind in TAKEN else kind
    names = (name if number == 1 else f"{name}_{number}" for number in range(1, len(before) + 2))
    return next(name for name in names if name not in before)


def _score(kind: str, value: Any) -> Score | None:
    if kind in KINDS:
        return _of_text(KINDS[kind](value))
    if kind == TOKENS:
        within = bounds(value)
        return lambda completion: float(within(completion.completion_tokens))
    if kind == FUNCTION:
        return _called(_function(value))
    if kind in (LATENCY, COST):
        bounds(value)
    if kind == RUBRIC and not (isinstance(value, str) and value.strip()):
        raise ValueError(f"{value!r}; expected what must hold, in words")
    if kind == SIMILAR:
        known = isinstance(value, Mapping) and value.keys() == {"to", "at_least"}
        if not known or not isinstance(value["to"], str):
            raise ValueError(f"{value!r}; expected {{to: a text, at_least: a cosine}}")
        bounds({"min": value["at_least"]})
    return None


def _of_text(test: Test) -> Score:
    return lambda completion: float(test(completion.text))


def _called(function: Callable[[str], Any]) -> Score:
    def score(completion: Completion) -> float:
        value = float(function(completion.text))
        if not 0 <= value <= 1:
            raise ValueError(f"a check's function returned {value}; expected 0 to 1, or a bool")
        return value

    return score


def _function(path: Any) -> Callable[[str], Any]:
    """Import a function by its dotted path."""
    module, _, name = str(path).replace(":", ".").rpartition(".")
    try:
        function = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(
            f"{path!r} cannot be imported ({error}); expected module.function"
        ) from None
    if not callable(function):
        raise ValueError(f"{path!r} is no function")
    return function  # type: ignore[no-any-return]
