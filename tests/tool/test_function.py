"""A function as a tool: what a model is told of it, how its arguments are read, what goes wrong."""

import json
import sys
from typing import Literal

import pytest

from promptlab.tool.function import LONGEST, Function
from promptlab.types import RequestFailed


def distance(a: int, b: float = 0.0, unit: Literal["m", "km"] = "m") -> str:
    """Say how far apart two places are.

    This paragraph is for people.
    """
    return f"{abs(a - b):g} {unit}"


def shout(text: str) -> str:
    return text.upper()


def listed(*names: str, **more: int):
    return {"名": [*names], "more": more}


def fails(text: str):
    raise SystemExit(text)


async def later(text: str) -> str:
    return text


def thing(text: str) -> object:
    return object()


def long(text: str) -> str:
    return "x" * (LONGEST + 1)


def tool(name, **fields):
    return Function(f"{__name__}.{name}", **fields)


def test_its_signature_and_its_docstring_say_what_it_does():
    assert tool("distance").description == (
        "distance(a: int, b: float = 0.0, unit: Literal['m', 'km'] = 'm') -> str, called with JSON "
        '{"a": …, "b": …, "unit": …}; Say how far apart two places are.'
    )
    assert tool("shout").description == (
        'shout(text: str) -> str, called with its one argument or JSON {"text": …}'
    )
    assert tool("shout", told="makes it loud").description == "makes it loud"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("distance", '{"a": 5, "b": 2}', "3 m"),
        ("distance", '{"a": 5, "unit": "km"}', "5 km"),
        ("shout", "a, {b} 是", "A, {B} 是"),
        ("shout", '{"text": "a"}', "A"),
        ("shout", '{"words": "a"}', '{"WORDS": "A"}'),
        ("shout", "12", "12"),
    ],
)
def test_arguments_come_by_name_or_as_the_one_text(name, text, said):
    assert tool(name)(text) == said


@pytest.mark.parametrize(("text", "said"), [("16", "4.0"), (' {"x": 9}', "3.0")])
def test_a_function_of_pythons_own_is_called_too(text, said):
    assert Function("math.sqrt")(text) == said


def test_what_gathers_arguments_is_given_none_and_a_result_that_is_no_text_is_json():
    assert tool("listed")("{}") == '{"名": [], "more": {}}'


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("distance", "5", "no JSON of arguments by name; it is distance"),
        ("distance", '{"a": "5"}', 'a is "5"; expected distance'),
        ("distance", '{"a": true}', "a is true; expected distance"),
        ("distance", '{"a": 1, "unit": "mile"}', 'unit is "mile"'),
        ("distance", "{}", "missing a required argument: 'a'; expected distance"),
        ("distance", '{"a": 1, "c": 2}', "no JSON of arguments by name"),
        ("distance", "[" * 9999, "no JSON of arguments by name"),
        ("fails", "so", "SystemExit: so"),
        ("thing", "so", "the result is of type object, which is neither text nor JSON"),
        ("long", "so", "the result has 20,001 characters"),
        ("shout", "x" * (LONGEST + 1), "the input has 20,001 characters"),
    ],
)
def test_what_goes_wrong_is_a_failed_request(name, text, why):
    with pytest.raises(RequestFailed, match=why):
        tool(name)(text)


@pytest.mark.parametrize("path", ["", "sqrt", "math.", ".sqrt", "math sqrt", "math.sqrt()", None])
def test_a_path_that_is_none_is_refused_at_once(path):
    with pytest.raises(ValueError, match="expected a module and a function in it"):
        Function(path)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("nowhere.at_all", "cannot be imported"),
        ("math.nothing", "cannot be imported"),
        ("math.pi", "is no function"),
        (f"{__name__}.later", "is no function"),
    ],
)
def test_a_path_to_no_function_is_refused_when_it_is_needed(path, why):
    with pytest.raises(ValueError, match=why) as refused:
        Function(path).description  # noqa: B018  which imports it
    assert not isinstance(refused.value, RequestFailed)


def test_nothing_is_imported_before_it_is_needed(tmp_path, monkeypatch):
    (tmp_path / "loud_functions.py").write_text("def loud(text): return text.upper()\n")
    monkeypatch.syspath_prepend(tmp_path)
    made = Function("loud_functions.loud")
    assert "loud_functions" not in sys.modules
    assert made("a") == "A"
    monkeypatch.delitem(sys.modules, "loud_functions")


def odd(a: int | None, b: list[str], c: Literal["x", 1], d, /, e: object = None, **more: int):
    return "x"


def test_its_parameters_are_a_json_schema_as_far_as_annotations_say():
    assert json.loads(tool("distance").parameters) == {
        "type": "object",
        "properties": {
            "a": {"type": "integer"},
            "b": {"type": "number"},
            "unit": {"enum": ["m", "km"]},
        },
        "required": ["a"],
    }
    assert json.loads(tool("odd").parameters) == {
        "type": "object",
        "properties": {
            "a": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            "b": {"type": "array", "items": {"type": "string"}},
            "c": {"enum": ["x", 1]},
            "d": {},
            "e": {},
        },
        "required": ["a", "b", "c", "d"],
    }
    assert json.loads(tool("listed").parameters)["properties"] == {}
