"""A value is held against its field's annotation, and what is wrong is told with its key."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest

from promptlab.cli.config.validate import check
from promptlab.protocols import Strategy
from promptlab.strategy.choose import Choose
from promptlab.types import Task

Kind = Literal["label", "number"]


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        *((3, int), (0.5, float), (1, float), ("x", str), (True, bool), (None, str | None)),
        *(("label", Kind), (None, Kind | None), (["a", "b"], tuple[str, ...]), ([0, 1], list[str])),
        *(({"label": "x"}, Mapping[Kind, str]), ({"n": 1}, Mapping[str, str]), (7, Any)),
        *((Task(), Task), ("a/b", Path), ("all", int | Literal["all"]), ("x", str | Callable)),
        *((Choose(Task(answer="label", labels=("a",))), Strategy), (["x"], str | Sequence[str])),
    ],
)
def test_what_an_annotation_has_a_place_for_passes(value: Any, hint: Any) -> None:
    check("key", value, hint)


@pytest.mark.parametrize(
    ("value", "hint", "said"),
    [
        ("abc", int, 'key is "abc"; expected a whole number'),
        (2.5, int, "key is 2.5; expected a whole number"),
        (True, int, "key is true; expected a whole number"),
        (None, int, "key is null; expected a whole number"),
        (float("nan"), float, "key is nan; expected a number"),
        (float("inf"), int | None, "key is inf; expected a whole number or null"),
        (float("nan"), str, "key is nan; expected text, in quotation marks, as it was meant: "),
        ("yes", bool, 'key is "yes"; expected true or false'),
        ("lable", Kind | None, "expected label, number or null; did you mean label?"),
        (1, Literal[True], "key is 1; expected True"),
        ("ab", tuple[str, ...], 'key is "ab"; expected a list, each item text'),
        ([True], tuple[str, ...], "key[0] is true; expected text, in quotation marks"),
        (["a", None], list[str], "key[1] is null; expected text"),
        ([], Mapping[str, str], "key is []; expected names, each with text: {name: …}"),
        ({"nuber": "x"}, Mapping[Kind, str], 'a name in key is "nuber"'),
        ({"label": 1.5}, Mapping[Kind, str], "key.label is 1.5; expected text"),
        ("cot", Strategy, 'key is "cot"; expected a Strategy, which a yaml makes with _target_'),
        ({"answer": "label"}, Task, 'key is {"answer": "label"}; expected a Task'),
        (Task(), str, "key is a Task; expected text"),
    ],
)
def test_what_it_has_no_place_for_is_told_with_its_key(value: Any, hint: Any, said: str) -> None:
    with pytest.raises(ValueError, match="expected") as told:
        check("key", value, hint)
    assert said in str(told.value)
