"""A frozen selection shows what the one it was made of shows, whatever is asked."""

import dataclasses

import pytest
from bag_of_words import BagOfWords

from promptlab import Cluster, First, OneShotGain, Random, Scripted, Task, Zero, lifted, solve
from promptlab.export.component import component
from promptlab.export.frozen import freeze
from promptlab.types import Example, Question

WORDS = ("red", "Apfel", "３", "是", "eats", "one")
POOL = [
    Example(Question(f"p{n}", f"{WORDS[n % 6]} {WORDS[n % 4]} {n // 8}"), "yes" if n % 3 else "no")
    for n in range(24)
]
POOL += [Example(Question("twin", POOL[3].question.text.upper()), "no")]
LABELS = Task(answer="label", labels=("yes", "no"))
FIXED = [
    First(3),
    First(0),
    Random(3, seed=1),
    Random(25, seed=2),
    OneShotGain(4, LABELS, validation=4, candidates=8),
    Cluster(3, BagOfWords()),
]
QUESTIONS = [
    Question("new", "is it red?"),
    *(example.question for example in POOL),
    *(Question("p5", example.question.text) for example in POOL[:8]),
]


def fitted(selection, pool):
    return solve(lifted(selection.fit(pool)), Scripted())


@pytest.mark.parametrize("selection", FIXED, ids=repr)
def test_all_questions_have_the_demonstrations_they_had(selection, tmp_path) -> None:
    select = fitted(selection, POOL)
    frozen = freeze({"k": 0}, selection, select, POOL)
    again = component(frozen.tree, "selection", tmp_path).fit(frozen.pool)
    assert frozen.fixed
    for question in QUESTIONS:
        assert again(question) == select(question)
        assert [demo.alternates for demo in again(question)] == [
            demo.alternates for demo in select(question)
        ]


def test_no_more_of_the_pool_is_kept_than_can_be_shown() -> None:
    selection = First(3)
    frozen = freeze({}, selection, fitted(selection, POOL), POOL)
    assert [example.id for example in frozen.pool] == ["p0", "p1", "p2", "p3", "p4", "p5"]
    assert freeze({}, Zero(), fitted(Zero(), POOL), POOL).pool == ()


def test_what_depends_on_the_question_keeps_its_pool() -> None:
    selection = Random(3, fresh=True)
    frozen = freeze({"_target_": "x"}, selection, fitted(selection, POOL), POOL)
    assert (frozen.tree, frozen.pool, frozen.fixed) == ({"_target_": "x"}, tuple(POOL), False)


def test_a_component_that_is_frozen_can_be_frozen_again(tmp_path) -> None:
    selection = Random(3, seed=1)
    frozen = freeze({}, selection, fitted(selection, POOL), POOL)
    first = component(frozen.tree, "selection", tmp_path)
    again = freeze(frozen.tree, first, first.fit(frozen.pool), frozen.pool)
    assert dataclasses.replace(again, pool=()) == dataclasses.replace(frozen, pool=())
    assert again.pool[:3] == frozen.pool[:3]
