"""The JSON Schema of a function's parameters, as far as its annotations can be said in it.

`transformers.utils.get_json_schema` refuses functions without a docstring for each parameter, and
needs transformers; a parameter of another kind than JSON's is here one of any kind.
"""

import inspect
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

KINDS: Mapping[Any, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    list: "array",
    dict: "object",
    NoneType: "null",
}


def schema(parameters: Mapping[str, inspect.Parameter], hints: Mapping[str, Any]) -> dict[str, Any]:
    """Write the schema of an object that holds the arguments by name.

    Args:
        parameters: Those that can be given one by one.
        hints: Their annotations.
    """
    needed = [name for name, each in parameters.items() if each.default is each.empty]
    known = {name: of(hints.get(name, Any)) for name in parameters}
    return {"type": "object", "properties": known, "required": needed}


def of(hint: Any) -> dict[str, Any]:
    """Write the schema of an annotation; an empty one, which takes all, where it is of no kind."""
    kind = get_origin(hint) or hint
    if kind in (Union, UnionType):
        return {"anyOf": [of(each) for each in get_args(hint)]}
    if kind is Literal:
        return {"enum": list(get_args(hint))}
    if kind is list and get_args(hint):
        return {"type": "array", "items": of(get_args(hint)[0])}
    try:
        return {"type": KINDS[kind]} if kind in KINDS else {}
    except TypeError:  # what cannot be hashed is no kind of JSON
        return {}
