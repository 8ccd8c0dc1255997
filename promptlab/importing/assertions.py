"""promptfoo's assertions as checks; those that run code, or mean something else, are left behind.

https://www.promptfoo.dev/docs/configuration/expected-outputs
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from promptlab.metric.checks.check import checks_of


def _any_of(flags: str) -> Callable[[Any], Mapping[str, Any]]:
    return lambda value: {"regex": f"{flags}(?:{'|'.join(map(_escaped, _listed(value)))})"}


def _all_of(value: Any) -> Mapping[str, Any]:
    return {"regex": "".join(f"(?=[\\s\\S]*{_escaped(each)})" for each in _listed(value))}


def _words(value: Any) -> Mapping[str, Any]:
    return {"words": {"min": value, "max": value} if isinstance(value, int) else dict(value)}


def _listed(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(each) for each in value]
    return [each.strip() for each in str(value).split(",")]


def _escaped(value: Any) -> str:
    return re.escape(str(value))


KINDS: Mapping[str, Callable[[Any], Mapping[str, Any]]] = {
    "equals": lambda value: {"regex": rf"\A{_escaped(value)}\Z"},
    "contains": lambda value: {"regex": _escaped(value)},
    "icontains": lambda value: {"contains": str(value)},
    "contains-any": _any_of(""),
    "icontains-any": _any_of("(?i)"),
    "contains-all": _all_of,
    "icontains-all": lambda value: {"contains": _listed(value)},
    "not-contains": lambda value: {"regex": rf"\A(?![\s\S]*{_escaped(value)})"},
    "not-icontains": lambda value: {"not_contains": str(value)},
    "starts-with": lambda value: {"regex": rf"\A{_escaped(value)}"},
    "regex": lambda value: {"regex": str(value)},
    "is-json": lambda value: {"json_schema": value} if value else {"json": True},
    "llm-rubric": lambda value: {"rubric": str(value)},
    "word-count": _words,
}
CODE = ("javascript", "python", "ruby", "webhook")
SIMILAR = 0.75
"""promptfoo's own threshold."""


def check_of(assertion: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    """Return the check that an assertion comes to.

    Raises:
        ValueError: there is none; says why.
    """
    kind, value = str(assertion.get("type", "")), assertion.get("value")
    if kind in CODE:
        raise ValueError(f"{where}: {kind} is code, and code is not run; see checks of function")
    if isinstance(value, str) and value.startswith("file://"):
        raise ValueError(f"{where}: {kind} reads {value}; write its value here")
    if isinstance(value, str) and "{{" in value:
        raise ValueError(f"{where}: {kind} fills variables into {value!r}, which a check does not")
    if kind == "similar":
        made: Mapping[str, Any] = {
            "similar": {"to": str(value), "at_least": float(assertion.get("threshold", SIMILAR))}
        }
    elif kind == "latency":
        made = {"latency": {"max": float(assertion.get("threshold", 0)) / 1000}}
    elif kind == "cost":
        raise ValueError(f"{where}: cost asks for a price: model.price.input=… and a check of cost")
    elif kind in KINDS:
        made = KINDS[kind](value)
    else:
        raise ValueError(f"{where}: nothing here checks {kind!r}")
    named = {"name": str(assertion["metric"])} if assertion.get("metric") else {}
    checks_of([{**made, **named}], where, trusted=False)
    return {**made, **named}
