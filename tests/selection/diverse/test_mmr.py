import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlab.selection.dense.knn import KNN
from promptlab.selection.diverse.mmr import MMR, marginal
from promptlab.selection.diverse.scaled import scaled
from promptlab.selection.first import First
from promptlab.selection.learned.generated import Generated
from promptlab.selection.learned.memory import Remembering
from promptlab.selection.ranker import ranking
from promptlab.selection.zero import Zero
from promptlab.strategy.direct import Direct
from promptlab.types import Example, Question, Task

PLACES = {"asked": (1, 0, 0), "a": (1, 0, 0), "b": (0.99, 0.14, 0), "c": (0.7, 0.7, 0)}
PLACES |= {"d": (0.5, 0, 0.86), "e": (0, 1, 0)}
POOL = [Example(Question(f"pool-{name}", name), "") for name in "abcde"]


class Placed:
    """Knows where each text lies."""

    identity = "placed"

    def encode(self, texts):
        return np.array([PLACES[text] for text in texts], dtype=np.float32)


def chosen(k, balance, **fields):
    select = MMR(k, KNN(k, Placed()), Placed(), balance, **fields).fit(POOL)
    return "".join(demo.question.text for demo in select(Question("q", "asked")))


def test_with_relevance_alone_it_is_the_inner_ranking():
    assert chosen(5, 1.0) == "abcde"


def test_a_near_duplicate_comes_after_what_is_new():
    # After a: b is worth .99 - .99, c .71 - .71, d .50 - .50, e 0 - 0, all zero but for rounding.
    assert chosen(3, 0.4) == "aed"
    assert chosen(2, 0.9) == "ab"


def brute(relevance, vectors, balance):
    """The definition, one candidate at a time."""
    chosen = [max(range(len(vectors)), key=lambda i: (relevance[i], -i))]
    while len(chosen) < len(vectors):
        left = [i for i in range(len(vectors)) if i not in chosen]

        def value(i):
            return balance * relevance[i] - (1 - balance) * max(
                float(vectors[i] @ vectors[j]) for j in chosen
            )

        chosen.append(max(left, key=lambda i: (value(i), -i)))
    return chosen


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.3, 0.5, 0.9, 1.0]))
def test_it_is_the_definition_by_brute_force(seed, balance):
    chance = np.random.default_rng(seed)
    vectors = chance.normal(size=(7, 5))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    relevance = chance.normal(size=7)
    assert marginal(relevance, vectors, balance, 7) == brute(relevance, vectors, balance)


def test_equal_candidates_keep_the_order_of_the_inner_selection():
    same = np.ones((4, 1), dtype=np.float32)
    assert marginal(np.ones(4), same, 0.5, 4) == [0, 1, 2, 3]


def test_the_scores_of_the_inner_selection_can_be_the_relevance():
    select = MMR(3, First(3), Placed(), 1.0, relevance="inner").fit(POOL)
    assert [demo.question.text for demo in select(Question("q", "asked"))] == ["a", "b", "c"]


def test_no_more_candidates_are_looked_at_than_was_said():
    assert chosen(2, 0.1, candidates=2) == "ab"


def test_scores_are_moved_to_between_0_and_1():
    assert list(scaled([3, 1, 2, -np.inf])) == [1, 0, 0.5, 0]
    assert list(scaled([2, 2])) == [1, 1]
    assert list(scaled([-np.inf])) == [1]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"balance": 1.5}, "balance is 1.5; expected a number from 0 to 1"),
        ({"candidates": 1}, "candidates is 1, and k is 2"),
        ({"relevance": "bm25"}, "expected cosine or inner"),
        ({"text": "{tier}"}, "cannot be filled in"),
    ],
)
def test_what_makes_no_sense_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        MMR(2, First(2), Placed(), **fields)


def test_an_inner_selection_that_ranks_nothing_is_refused():
    from promptlab.selection.zero import Zero

    with pytest.raises(ValueError, match="selection.inner is .*hands on no ranking"):
        MMR(2, Zero(), Placed()).fit(POOL)


@pytest.mark.parametrize("seed", range(20))
def test_equal_vectors_of_many_dimensions_are_chosen_by_their_rank(seed):
    """Their products differ in the last bits, by the processor and by where they stand."""
    chance = np.random.default_rng(seed)
    apart = chance.normal(size=(5, 384)).astype(np.float32)
    apart /= np.linalg.norm(apart, axis=1, keepdims=True)
    which = chance.integers(5, size=60)
    order = marginal(np.zeros(60), apart[which], 0.5, 5)
    for place in order:
        alike = [other for other in range(60) if which[other] == which[place]]
        assert place == alike[0]


@pytest.mark.parametrize("inner", ["zero", "generated", "memory"])
def test_a_selection_that_hands_on_no_ranking_is_called_as_its_file_is(inner):
    made = {
        "zero": Zero(),
        "generated": Generated(1, Direct(Task()), Task()),
        "memory": Remembering((), First(1), lambda question: ()),
    }[inner]
    with pytest.raises(ValueError, match=f"selection.inner is {inner}, which hands on no ranking"):
        ranking(made if inner == "memory" else made.fit(()))
