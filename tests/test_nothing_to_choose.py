"""Choose over open answers: refused by its place, with what works there."""

import re

import pytest

from promptlab.cli.config.compose import build, compose
from promptlab.nothing_to_choose import check_choosing
from promptlab.ordering.mdl import MDL
from promptlab.strategy.choose import Choose
from promptlab.types import Task


@pytest.mark.parametrize("answer", ["number", "text", "code", "label"])
def test_open_answers_are_refused(answer):
    without = " without labels" if answer == "label" else ""
    with pytest.raises(ValueError, match=f"strategy is choose, .* a '{answer}' task{without} are"):
        check_choosing({"strategy": Choose(Task(answer=answer))})


@pytest.mark.parametrize("task", [Task(answer="choice"), Task(answer="yes_no")])
def test_answers_that_a_question_may_list_are_not(task):
    check_choosing({"strategy": Choose(task), "ordering": MDL(Choose(task)), "selection": None})
    check_choosing({"strategy": Choose(Task(answer="label", labels=("a", "b")))})


@pytest.mark.parametrize(
    "place",
    [
        "ordering=mdl",
        "ordering=entropy",
        "ordering=global_entropy",
        "selection=mdl",
        "selection=confidence_vote_k",
    ],
)
def test_an_error_names_where_choose_stands_and_a_strategy_that_works_there(place):
    told = ["dataset=arithmetic", "strategy=direct", "tracking=none", place]
    with pytest.raises(ValueError, match=f"^{place[:8]}[a-z.]* is choose") as refused:
        build(compose(told))
    (works,) = re.findall(r"strategy@[a-z.]+=\w+", str(refused.value))
    build(compose([*told, works]))


def test_a_strategy_is_answered_with_one_that_asks():
    with pytest.raises(ValueError, match="strategy there: strategy=direct"):
        build(compose(["dataset=arithmetic", "strategy=choose", "tracking=none"]))
