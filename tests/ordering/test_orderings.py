"""What every ordering keeps to, each found through its yaml, and what each one does."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import built, driven, options, outcome

from promptlab.model.scripted import Scripted
from promptlab.ordering.shuffled import Shuffled
from promptlab.program import lifted, solve
from promptlab.types import Completion, Example, Failed, Generate, Question, RequestFailed, Scores

NAMES = options("ordering")
ASKED = Question("test-0", "asked")


def program(name, demos, question=ASKED, seed=0):
    ordering = built("ordering", name, "label", f"seed={seed}")
    if hasattr(ordering, "fit"):
        ordering = ordering.fit(demos, lambda asked: demos[:1])
    return lifted(ordering(demos, question))


def ordering(name, seed=0):
    return lambda demos, question: solve(program(name, demos, question, seed), Scripted())


def demo(name, answer="", rationale=""):
    return Example(Question(name, name), answer, rationale)


demos = st.lists(
    st.builds(demo, st.text(max_size=6), st.sampled_from(["yes", "no"]), st.text(max_size=9)),
    max_size=8,
)


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=20)
@given(chosen=demos)
def test_an_ordering_is_a_permutation_and_always_the_same(name, chosen):
    before = list(chosen)
    ordered = ordering(name)(chosen, ASKED)
    assert Counter(ordered) == Counter(chosen)
    assert ordered == ordering(name)(tuple(chosen), ASKED)
    assert chosen == before


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=20)
@given(chosen=demos, logprobs=st.lists(st.floats(max_value=0), min_size=3, max_size=3))
def test_an_ordering_is_a_permutation_whatever_it_is_told(name, chosen, logprobs):
    def reply(request):
        if isinstance(request, Generate):
            return Completion("what is this\nLabel: yes")
        return Scores(tuple(logprobs[: len(request.continuations)]), (1,) * 3)

    _, ordered = driven(program(name, chosen), reply)
    assert Counter(ordered) == Counter(chosen)


@pytest.mark.parametrize("name", NAMES)
def test_an_ordering_that_is_told_nothing_ends_with_that_failure(name):
    error, asked = RequestFailed("refused"), []

    def reply(request):
        asked.append(request)
        return Failed(error)

    ended = outcome(program(name, RANKED), reply)
    assert ended is error if asked else Counter(ended) == Counter(RANKED)


RANKED = (demo("cccc", "no"), demo("a", "yes"), demo("bbb", "no"), demo("d", "yes", "long one"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("similar_first", ["cccc", "a", "bbb", "d"]),
        ("as_selected", ["cccc", "a", "bbb", "d"]),
        ("similar_last", ["d", "bbb", "a", "cccc"]),
        ("shortest_first", ["a", "bbb", "cccc", "d"]),
        ("longest_first", ["d", "cccc", "bbb", "a"]),
        ("by_label", ["cccc", "bbb", "a", "d"]),
        ("alternating", ["cccc", "a", "bbb", "d"]),
        ("complexity", ["a", "bbb", "cccc", "d"]),
        ("exhaustive", ["cccc", "a", "bbb", "d"]),
    ],
)
def test_the_order_is_the_one_it_is_named_after(name, expected):
    assert [example.id for example in ordering(name)(RANKED, ASKED)] == expected


@pytest.mark.parametrize("name", ["shortest_first", "longest_first"])
def test_among_equals_the_better_ranked_comes_first(name):
    level = (demo("b"), demo("a"), demo("c"))
    assert ordering(name)(level, ASKED) == level


def test_length_counts_all_that_a_demonstration_may_show():
    plain = demo("plain text", "yes")
    others = [
        Example(Question("x", "plain text", context="c"), "yes"),
        Example(Question("x", "plain text", choices=("d",)), "yes"),
        Example(Question("x", "plain text"), "yes", "r"),
        Example(Question("x", "plain text"), "yes!"),
    ]
    for other in others:
        assert ordering("shortest_first")([other, plain], ASKED) == (plain, other)


def test_a_shuffle_is_decided_by_seed_question_and_demos():
    many = tuple(demo(str(i)) for i in range(9))
    usual = ordering("shuffled")(many, ASKED)
    assert usual != ordering("shuffled", seed=1)(many, ASKED)
    assert usual != ordering("shuffled")(many, Question("test-1", "asked"))
    fewer = ordering("shuffled")(many[:8], ASKED)
    assert [example for example in usual if example in fewer] != list(fewer)


def test_a_shuffle_that_is_not_fresh_is_the_same_for_every_question():
    many = tuple(demo(str(i)) for i in range(9))
    kept = Shuffled(seed=1, fresh=False)
    assert kept(many, ASKED) == kept(many, Question("test-1", "asked"))
    assert kept(many, ASKED) != Shuffled(seed=2, fresh=False)(many, ASKED)
    assert Counter(kept(many, ASKED)) == Counter(many)
