"""Confidence Vote-k: seeds by votes, then one of each level of the model's confidence."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlab.model.scripted import Scripted
from promptlab.program import solve
from promptlab.protocols import ContextOverflow
from promptlab.selection.annotation.confidence_vote_k import ConfidenceVoteK, buckets, confidence
from promptlab.selection.annotation.votes import votes
from promptlab.selection.dense.knn import KNN
from promptlab.selection.first import First
from promptlab.selection.random import Random
from promptlab.strategy.choose import Choose
from promptlab.types import Answer, Example, Failed, Question, Scores, Task

TASK = Task(answer="label", labels=("yes", "no"))


class Placed:
    """Texts are numbers, which lie on half a circle."""

    identity = "half a circle"

    def encode(self, texts):
        angles = np.array([float(text) for text in texts]) / 40
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


POOL = [Example(Question(f"p{n}", str(n)), "yes" if n % 3 else "no") for n in range(40)]


def selection(budget=8, seeds=3, neighbours=4, **fields):
    return ConfidenceVoteK(First(0), Placed(), Choose(TASK), budget, seeds, neighbours, **fields)


def asked_last(request):
    return int(request.prompt.text.rpartition("Q: ")[2].partition("\n")[0])


def sureness(number):
    """How sure the scripted model is: in no order that the pool has."""
    return 0.5 + (number * 17 % 41) / 100


def log_probabilities(request):
    share = sureness(asked_last(request))
    return np.log([share, 1 - share]).tolist()


def chosen(pool=POOL, score=log_probabilities, **fields):
    return solve(selection(**fields).choose(pool), Scripted(score=score))


def brute(budget, seeds, neighbours, discounted=None):
    """The paper's second method, one member at a time, in exact fractions.

    `discounted` is how many of the chosen make their voters count less: all, where it is None.
    """
    ballot = votes(Placed().encode([example.question.text for example in POOL]), neighbours)
    ballot = [set(row) for row in ballot.tolist()]
    selected = []

    def score(u):
        times = {
            v: sum(one in ballot[v] for one in selected[:discounted]) for v in range(len(ballot))
        }
        voters = [v for v in times if u in ballot[v] and v not in selected]
        return sum((Fraction(1, 10 ** times[v]) for v in voters), Fraction(0))

    while len(selected) < seeds:
        left = [u for u in range(len(POOL)) if u not in selected]
        selected.append(max(left, key=lambda u: (score(u), -u)))
    rest = [u for u in range(len(POOL)) if u not in selected]
    order = sorted(rest, key=lambda u: (sureness(u), u))
    size = max(1, 9 * len(order) // (10 * (budget - seeds)))
    for start in range(0, size * (budget - seeds), size):
        bucket = order[start : start + size]
        selected.append(max(bucket, key=lambda u: (score(u), -bucket.index(u))))
    return selected


@pytest.mark.parametrize(
    ("budget", "seeds", "neighbours"), [(8, 3, 4), (20, 5, 9), (40, 39, 3), (38, 2, 5), (2, 1, 30)]
)
def test_it_is_the_definition_by_brute_force(budget, seeds, neighbours):
    found = [choice.index for choice in chosen(budget=budget, seeds=seeds, neighbours=neighbours)]
    assert found == brute(budget, seeds, neighbours)
    assert len(set(found)) == budget


def test_the_votes_are_discounted_after_the_seeds_too():
    found = [choice.index for choice in chosen(budget=20, seeds=5, neighbours=9)]
    assert found != brute(20, 5, 9, discounted=5)


@pytest.mark.parametrize(
    "inner", [First(8), Random(8), KNN(8, Placed())], ids=["first", "random", "knn"]
)
def test_demonstrations_come_from_the_chosen_alone(inner):
    selection = ConfidenceVoteK(inner, Placed(), Choose(TASK), 8, 3, 4)
    select = solve(selection.fit(POOL), Scripted(score=log_probabilities))
    shown = select(Question("q", "19.5"))
    assert {demo.id for demo in shown} == {POOL[choice.index].id for choice in chosen()}


def test_the_model_is_shown_the_seeds_the_most_alike_last():
    program = selection().choose(POOL)
    requests = next(program)
    program.close()
    assert len(requests) == len(POOL) - 3
    seeds = [choice.index for choice in chosen()[:3]]
    for request in requests:
        *shown, asked = [
            int(part.partition("\n")[0]) for part in request.prompt.text.split("Q: ")[1:]
        ]
        assert asked not in seeds
        distances = [abs(seed - asked) for seed in shown]
        assert distances == sorted(distances, reverse=True)
        assert set(shown) == set(seeds)


def test_a_seed_that_asks_the_same_is_not_shown_with_its_answer():
    (seed, *_) = chosen(seeds=1)
    pool = [*POOL, Example(Question("twin", str(seed.index)), "no")]
    program = selection(seeds=1).choose(pool)
    prompts = [request.prompt.text for request in next(program)]
    program.close()
    alone, *others = sorted(prompts, key=len)
    assert alone == f"Q: {seed.index}\nA:"
    assert all(text.startswith(f"Q: {seed.index}\nA: ") for text in others)


def test_seeds_without_an_answer_are_not_shown_and_it_is_said():
    blank = [Example(example.question, "") for example in POOL]
    asked = []

    def score(request):
        asked.append(request.prompt.text.count("Q: "))
        return log_probabilities(request)

    with pytest.warns(UserWarning, match="none of the 3 seeds has an answer"):
        chosen(blank, score)
    assert set(asked) == {1}


def test_where_the_window_is_too_small_fewer_seeds_are_shown():
    program = selection().choose(POOL)
    requests = next(program)
    again = program.send([Failed(ContextOverflow(10, 5))] * len(requests))
    program.close()
    assert {request.prompt.text.count("Q: ") for request in again} == {3}


@given(st.integers(0, 60), st.integers(1, 60))
def test_the_buckets_are_equal_and_leave_out_the_surest(size, count):
    order = list(range(size))
    parts = buckets(order, min(count, size))
    assert len({len(part) for part in parts}) <= 1
    assert sum(map(len, parts)) <= max(9 * size / 10, count)
    assert [member for part in parts for member in part] == order[: sum(map(len, parts))]


def test_ten_items_left_are_nine_buckets_of_one():
    assert buckets(list(range(10)), 9) == [[n] for n in range(9)]
    assert buckets(list(range(10)), 2) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_the_confidence_is_the_share_of_the_first_vote():
    assert confidence(Answer("a", votes=(("a", 3.0), ("b", 1.0)))) == 0.75
    assert confidence(Answer("", outcome="unparsed")) == 0


def test_a_model_that_gives_no_answer_any_probability_is_not_sure():
    choices = chosen(score=lambda _: (-np.inf, -np.inf))
    assert len({choice.index for choice in choices}) == 8


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"seeds": 8}, "seeds is 8, and budget is 8"),
        ({"seeds": 0}, "seeds is 0"),
        ({"neighbours": 0}, "neighbours is 0"),
        ({"text": "{tier}"}, "cannot be filled in"),
    ],
)
def test_what_makes_no_sense_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        selection(**fields)


def test_the_replies_are_those_of_the_strategy():
    program = selection().choose(POOL)
    requests = next(program)
    with pytest.raises(StopIteration) as ended:
        program.send([Scores((-1.0, -1.0), (1, 1))] * len(requests))
    assert [choice.why[:15] for choice in ended.value.value[3:]] == ["confidence 0.50"] * 5
