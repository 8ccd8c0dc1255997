from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlab.encoder.cache import Cached
from promptlab.index.embedding import embedding_of
from promptlab.selection.annotation.vote_k import VoteK
from promptlab.selection.annotation.votes import Ballot, fast_vote_k, votes, votes_of
from promptlab.selection.dense.knn import KNN
from promptlab.selection.diverse.mmr import MMR
from promptlab.selection.first import First
from promptlab.selection.random import Random
from promptlab.types import Example, Question


class Placed:
    """Knows where each text lies, which is a number: an angle in degrees."""

    identity = "angles"

    def encode(self, texts):
        angles = np.deg2rad([float(text) for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def pool(*angles):
    return [Example(Question(f"p{n}", str(angle)), "") for n, angle in enumerate(angles)]


THREE_GROUPS = pool(0, 1, 2, 120, 121, 122, 240, 241, 242)


def chosen(budget, neighbours=2, of=THREE_GROUPS):
    choices = VoteK(First(0), Placed(), budget, neighbours).choose(of)
    return [choice.index for choice in choices]


def test_after_one_of_a_group_comes_one_of_another():
    # Each votes for the other two of its group; who was chosen makes both its voters count .1.
    assert chosen(3) == [0, 3, 6]
    assert chosen(9)[:6] == [0, 3, 6, 1, 4, 7]


def test_it_says_what_the_votes_counted():
    choices = VoteK(First(0), Placed(), 4, 2).choose(THREE_GROUPS)
    assert [choice.why for choice in choices] == [
        *["the votes of members like it count 2"] * 3,
        # Of the two others of its group, one is chosen and one has voted for it.
        "the votes of members like it count 0.1",
    ]


def brute_votes(vectors, count):
    """The definition: everybody's nearest others by the cosine of what differs from the mean."""
    moved = vectors.astype(np.float64) - vectors.astype(np.float64).mean(axis=0)

    def cosine(a, b):
        lengths = np.linalg.norm(a) * np.linalg.norm(b)
        return round(float(a @ b / lengths), 9) if lengths > 1e-9 else 0.0

    others = [[j for j in range(len(moved)) if j != i] for i in range(len(moved))]
    return [
        sorted(others[i], key=lambda j: (-cosine(moved[i], moved[j]), j))[:count]
        for i in range(len(moved))
    ]


def brute(ballot, budget):
    """The definition, one member at a time, in exact fractions."""
    selected = []
    for _ in range(budget):
        times = [sum(chosen in mine for chosen in selected) for mine in ballot]

        def score(u, times=times):
            voters = [v for v in range(len(ballot)) if u in ballot[v] and v not in selected]
            return sum((Fraction(1, 10 ** times[v]) for v in voters), Fraction(0))

        left = [u for u in range(len(ballot)) if u not in selected]
        selected.append(max(left, key=lambda u: (score(u), -u)))
    return selected


@given(st.integers(0, 10_000), st.integers(2, 14), st.integers(1, 6))
def test_it_is_the_definition_by_brute_force(seed, size, neighbours):
    chance = np.random.default_rng(seed)
    vectors = chance.normal(size=(size, 3)).astype(np.float32)
    vectors[size // 2] = vectors[0]  # what stands twice makes ties
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = votes(vectors, neighbours)
    assert found.tolist() == brute_votes(vectors, neighbours)
    everybody = fast_vote_k(Ballot(found), size)
    assert [member for member, _ in everybody] == brute(found.tolist(), size)


def test_nobody_is_chosen_twice_and_nobody_votes_for_itself():
    same = np.ones((7, 2), dtype=np.float32) / np.sqrt(np.float32(2))
    found = votes(same, 3)
    assert all(member not in row for member, row in enumerate(found))
    assert sorted(member for member, _ in fast_vote_k(Ballot(found), 7)) == list(range(7))


def test_a_pool_of_one_is_chosen():
    assert chosen(1, of=pool(7)) == [0]


def test_a_smaller_budget_chooses_the_beginning_of_a_larger_one():
    assert chosen(5) == chosen(8)[:5]


def test_demonstrations_come_from_the_chosen_alone():
    selection = VoteK(First(3), Placed(), 3, 2)
    shown = selection.fit(THREE_GROUPS)(Question("q", "1"))
    assert [demo.id for demo in shown] == ["p0", "p3", "p6"]


def test_chance_draws_from_the_chosen_alone_and_leaves_none_of_them_out():
    chosen_ids = {THREE_GROUPS[index].id for index in chosen(4)}
    select = VoteK(Random(2, fresh=True), Placed(), 4, 2).fit(THREE_GROUPS)
    drawn = {demo.id for n in range(60) for demo in select(Question(f"q{n}", f"{n}.5"))}
    assert drawn == chosen_ids


def test_what_was_read_before_is_chosen_again_and_nobody_twice(tmp_path):
    found = []
    for _ in range(2):
        embedding_of.cache_clear()
        votes_of.cache_clear()
        encoder = Cached(Placed(), folder=str(tmp_path))
        found.append(VoteK(First(0), encoder, 9, 2).choose(THREE_GROUPS))
    assert found[0] == found[1] == VoteK(First(0), Placed(), 9, 2).choose(THREE_GROUPS)
    assert sorted(choice.index for choice in found[1]) == list(range(9))


def test_another_selection_can_choose_among_the_chosen():
    among = MMR(2, VoteK(First(3), Placed(), 3, 2), Placed(), 1.0)
    assert [demo.id for demo in among.fit(THREE_GROUPS)(Question("q", "125"))] == ["p3", "p6"]


def test_where_all_vote_for_all_it_is_said():
    with pytest.warns(UserWarning, match=r"each votes for all others.*selection.neighbours lower"):
        assert chosen(3, neighbours=150) == [0, 1, 2]


def test_a_pool_smaller_than_the_budget_is_chosen_with_a_warning():
    with pytest.warns(
        UserWarning, match="budget is 10, and the pool holds only 9 different questions"
    ):
        assert sorted(chosen(10)) == list(range(9))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"budget": 2}, "budget is 2, and k is 3"),
        ({"budget": 0}, "budget is 0; expected a whole number"),
        ({"neighbours": 0}, "neighbours is 0; expected at least 1"),
        ({"text": "{tier}"}, "cannot be filled in"),
    ],
)
def test_what_makes_no_sense_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        VoteK(First(3), Placed(), **fields)


def test_the_questions_of_a_batch_are_encoded_together():
    """Not one by one: what chooses the pool hands on what its inner selection does ahead."""
    asked = [Question(f"q{n}", str(n)) for n in (3, 130, 250)]
    encoder = Counted()
    select = VoteK(KNN(1, encoder), encoder, 3, 2).fit(THREE_GROUPS)
    encoder.batches.clear()
    select.ahead(asked)
    assert encoder.batches == [3]
    nearest = [select(question)[0].question.text for question in asked]
    assert [int(text) // 120 for text in nearest] == [0, 1, 2]
    assert encoder.batches == [3, 3]  # the questions, and the three that were chosen


class Counted(Placed):
    """Counts the texts of each batch."""

    def __init__(self):
        self.batches = []

    def encode(self, texts):
        self.batches.append(len(texts))
        return super().encode(texts)
