"""The laws that every selection keeps, each found through its yaml."""

import dataclasses
import importlib

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from laws import composed, driven, options, outcome
from omegaconf import OmegaConf

from promptlab.laws.encoder import BagOfWords
from promptlab.model.scripted import Scripted
from promptlab.output.free import Free
from promptlab.program import lifted, solve
from promptlab.selection.exclusion import content
from promptlab.template import Template
from promptlab.types import (
    Completion,
    Example,
    Failed,
    Generate,
    Question,
    RequestFailed,
    Scores,
    Task,
)

WRITTEN = ("generated",)
"""Those that read no pool: what they show a model wrote, so that it is a member of none."""
NAMES = [name for name in options("selection") if name not in WRITTEN]
pytestmark = pytest.mark.filterwarnings(
    "ignore:budget is 50, and the pool holds only",
    "ignore:no example of the pool has a rationale",
)
WITH_K = [name for name in NAMES if name != "zero"]
every_selection = pytest.mark.parametrize("name", NAMES)
every_selection_with_k = pytest.mark.parametrize("name", WITH_K)


def bare(example):
    """An example without its rationale, which a selection may let the model write."""
    return dataclasses.replace(example, rationale="")


def built(node, **values):
    """What Hydra would build from a yaml."""
    if isinstance(node, dict):
        fields = {key: built(value, **values) for key, value in node.items()}
        if "_target_" not in fields:
            return fields
        module, _, name = fields.pop("_target_").rpartition(".")
        return getattr(importlib.import_module(module), name)(**fields)
    if isinstance(node, str) and node.startswith("${"):
        return values[node.removeprefix("${").removesuffix("}")]
    return node


TASK = Task(answer="label", labels=("yes", "no", "maybe"))


@dataclasses.dataclass(frozen=True)
class Answered:
    """A selection whose every question to a model is answered by one without weights."""

    inner: object

    def fit(self, pool):
        select = solve(lifted(self.inner.fit(pool)), Scripted())
        return lambda question: solve(lifted(select(question)), Scripted())


def selection(name, k=2, seed=0):
    node = OmegaConf.to_container(composed("selection", name).selection)
    # The fewest: laws hold for any number.
    node |= {key: few for key, few in (("samples", 2), ("sets", 4)) if key in node}
    values = {"dataset.task": TASK, "template": Template("qa_v1"), "output": Free()}
    made = built(node, k=k, seed=seed, encoder=BagOfWords(), **values)
    return Answered(dataclasses.replace(made, scorer=SharedWords()) if name == "rerank" else made)


def own(name, k=2, seed=0):
    """A selection as it is: whoever uses it answers what it asks."""
    return selection(name, k, seed).inner


class SharedWords:
    """Scores texts by the words they share: a small cross-encoder."""

    def scores(self, text, others):
        return np.array([len(set(text.split()) & set(other.split())) for other in others], float)


def pools(min_size=2):
    words = st.sampled_from(["red", "Apfel", "３", "3", "是", "猫", "eats", "one", ""])
    examples = st.builds(
        lambda text, context, answer: Example(Question("", " ".join(text), (), context), answer),
        st.lists(words, max_size=5),
        st.sampled_from(["", "", "a story"]),
        st.sampled_from(["yes", "no", "maybe"]),
    )
    return st.lists(examples, min_size=min_size, max_size=12).map(numbered)


def numbered(examples):
    return [
        dataclasses.replace(example, question=dataclasses.replace(example.question, id=f"pool-{i}"))
        for i, example in enumerate(examples)
    ]


def disguised(question):
    """The same question under another id, in other case, width and spacing."""
    text = question.text.upper().replace("3", "３").replace(" ", "\u3000 ")
    return dataclasses.replace(question, id="test-0", text=f"  {text}\n")


few = settings(max_examples=12, deadline=None)


@every_selection
@few
@given(data=st.data())
def test_demos_are_distinct_members_of_the_pool_and_never_the_question(name, data):
    pool = data.draw(pools())
    k = data.draw(st.integers(0, len(pool)))
    asked = data.draw(st.sampled_from(pool)).question
    for question in (asked, disguised(asked), Question(asked.id, "something else altogether")):
        twins = [e for e in pool if e.id == question.id or content(e.question) == content(question)]
        demos = selection(name, k).fit(pool)(question)
        assert all(bare(demo) in map(bare, pool) for demo in demos)
        assert len({demo.id for demo in demos}) == len(demos)
        assert not {demo.id for demo in demos} & {twin.id for twin in twins}
        expected = 0 if name == "zero" else min(k, len(pool) - len(twins))
        assert len(demos) == expected


@every_selection
@few
@given(data=st.data())
def test_demos_do_not_depend_on_what_was_asked_before(name, data):
    pool = data.draw(pools())
    k = data.draw(st.integers(0, len(pool)))
    question = Question("test-1", data.draw(st.sampled_from(pool)).question.text + " red")
    fresh = selection(name, k).fit(pool)(question)
    used = selection(name, k).fit(pool)
    for example in pool:
        used(example.question)
    assert used(question) == fresh == used(question)


@every_selection_with_k
@few
@given(data=st.data())
def test_a_selection_hands_on_its_ranking_which_begins_alike_however_long_it_is(name, data):
    pool = data.draw(pools())
    k = data.draw(st.integers(1, len(pool)))
    question = Question("test-1", data.draw(st.sampled_from(pool)).question.text + " red")
    select = solve(lifted(own(name, k).fit(pool)), Scripted())
    demos = solve(lifted(select(question)), Scripted())
    every = solve(lifted(select.ranked(question, len(pool))), Scripted())
    first = solve(lifted(select.ranked(question, k)), Scripted())
    assert first == every[: len(first)]
    assert [pool[hit.index].id for hit in first] == [demo.id for demo in demos]
    assert len({hit.index for hit in every}) == len(every) >= len(first)


@every_selection
@few
@given(first=pools(), second=pools())
def test_one_selection_can_be_fitted_to_several_pools(name, first, second):
    assume(first != second)
    shared = selection(name, 2)
    retrieve, other = shared.fit(first), shared.fit(second)
    question = Question("test-1", "red one")
    other(question)
    assert retrieve(question) == selection(name, 2).fit(first)(question)
    assert other(question) == selection(name, 2).fit(second)(question)


@every_selection_with_k
def test_a_pool_that_is_too_small_is_refused_with_both_numbers(name):
    pool = numbered([Example(Question("", "one"), "yes"), Example(Question("", "two"), "no")])
    with pytest.raises(ValueError, match="k is 3, but the pool holds only 2 examples"):
        selection(name, 3).fit(pool)


@every_selection_with_k
def test_an_empty_pool_is_refused(name):
    with pytest.raises(ValueError, match=r"the pool is empty.*selection=zero"):
        selection(name, 0).fit([])


@pytest.mark.parametrize("k", [-1, 1.5, "4", True])
@every_selection_with_k
def test_a_k_that_is_no_number_of_demonstrations_is_refused(name, k):
    with pytest.raises(ValueError, match="expected a whole number of demonstrations"):
        selection(name, k)


@every_selection_with_k
@few
@given(pool=pools(min_size=4), data=st.data())
def test_demos_are_members_of_the_pool_whatever_a_selection_is_told(name, pool, data):
    def reply(request):
        if isinstance(request, Generate):
            return Completion(data.draw(st.sampled_from(["yes", "no", "", "one\ntwo"])))
        size = len(request.continuations)
        said = data.draw(st.lists(st.floats(max_value=0), min_size=size, max_size=size))
        return Scores(tuple(said), (1,) * size)

    _, select = driven(lifted(own(name).fit(pool)), reply)
    _, demos = driven(lifted(select(Question("test-1", "something else"))), reply)
    assert len({demo.id for demo in demos}) == 2
    assert all(bare(demo) in map(bare, pool) for demo in demos)


@every_selection
def test_a_selection_that_is_told_nothing_ends_with_that_failure(name):
    error, asked = RequestFailed("refused"), []
    pool = numbered([Example(Question("", f"question {i}"), "yes") for i in range(4)])

    def reply(request):
        asked.append(request)
        return Failed(error)

    select = outcome(lifted(own(name).fit(pool)), reply)
    ended = select if asked else outcome(lifted(select(Question("q", "one"))), reply)
    assert ended is error if asked else all(bare(demo) in map(bare, pool) for demo in ended)


def test_zero_needs_no_pool():
    assert selection("zero").fit([])(Question("q", "anything")) == ()


def test_first_keeps_the_order_of_the_pool():
    pool = numbered([Example(Question("", f"question {i}"), "") for i in range(4)])
    retrieve = selection("first", 2).fit(pool)
    assert list(retrieve(Question("q", "anything"))) == pool[:2]
    assert list(retrieve(pool[0].question)) == pool[1:3]


@pytest.mark.parametrize("name", ["bm25", "tfidf", "ngram_overlap", "knn"])
def test_what_a_member_answers_and_how_is_not_read_by_default(name):
    asked = Question("q", "red Apfel")
    pool = numbered(
        [
            Example(Question("", "one two"), "red Apfel", rationale="red Apfel"),
            Example(Question("", "one red"), "no", rationale="nothing"),
            Example(Question("", "one three"), "no", rationale="nothing"),
            Example(Question("", "one four"), "no", rationale="nothing"),
        ]
    )
    assert [demo.id for demo in selection(name, 1).fit(pool)(asked)] == ["pool-1"]
