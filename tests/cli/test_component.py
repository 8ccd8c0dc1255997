"""Components are made of plain data, in which nothing is resolved."""

import pytest

from promptlab.cli.config.component import component
from promptlab.types import Sampling, Task

TASK = {"_target_": "promptlab.types.Task", "instruction": "${oc.env:HOME} ???", "labels": ["${k}"]}


def test_text_stays_as_it_is() -> None:
    assert component("task", TASK) == Task("${oc.env:HOME} ???", labels=("${k}",))


def test_components_within_lists_and_components_are_made_first() -> None:
    made = component("", {"all": [TASK], "inner": {"_target_": "builtins.dict", "task": TASK}})
    assert made == {"all": [component("", TASK)], "inner": {"task": component("", TASK)}}


def test_a_call_may_be_left_for_later_and_have_arguments_without_a_name() -> None:
    later = component("s", {"_target_": "promptlab.types.Sampling", "_partial_": True, "seed": 3})
    assert later(0.5) == Sampling(0.5, seed=3)
    assert component("s", {"_target_": "promptlab.types.Sampling", "_args_": [0.5]}) == Sampling(
        0.5
    )
    kept = component("d", {"_target_": "builtins.dict", "_recursive_": False, "task": TASK})
    assert kept == {"task": TASK}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"max_tokens": "many"}, 's.max_tokens is "many"; expected a whole number'),
        ({"max_token": 3}, "s: no field 'max_token'; did you mean max_tokens"),
        ({"temperature": -1}, "expected 0 (greedy) or more (config key s)"),
        ({"_target_": "promptlab.nowhere.X"}, "s._target_ is 'promptlab.nowhere.X'"),
        ({"_target_": "promptlab.types.Message"}, "s: missing a required argument: 'role'"),
    ],
)
def test_what_cannot_be_made_is_told_with_its_key(fields: dict, said: str) -> None:
    with pytest.raises(ValueError, match="s") as told:
        component("s", {"_target_": "promptlab.types.Sampling"} | fields)
    assert said in str(told.value)
