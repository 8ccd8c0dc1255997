"""Labels are stored each by itself, and come back as the model gave them."""

from counting import Counting, Lettered, prompt
from hypothesis import given
from hypothesis import strategies as st

from promptlab.model.cache.cached_model import CachedModel
from promptlab.types import Score


def test_a_further_label_asks_for_that_label(path):
    CachedModel(Lettered(), path).answer([Score(prompt("Q"), ("yes", "no"))])
    inner = Lettered()
    wanted = Score(prompt("Q"), ("no", "maybe", "yes"))
    assert CachedModel(inner, path).answer([wanted]) == Lettered().answer([wanted])
    assert inner.asked == [Score(prompt("Q"), ("maybe",))]


def test_first_tokens_of_texts_are_stored_apart_from_the_texts(path):
    stored = CachedModel(inner := Counting(), path)
    requests = [
        Score(prompt("Q"), ("one two", "three")),
        Score(prompt("Q"), ("one two", "three"), first=True),
    ]
    for request in (*requests, *requests):
        stored.answer([request])
    assert inner.asked == requests


def test_the_labels_of_one_batch_are_asked_for_once(path):
    inner = Lettered()
    requests = [
        Score(prompt("Q"), ("a", "b")),
        Score(prompt("Q"), ("b", "c")),
        Score(prompt("Q"), ("c", "a")),
        Score(prompt("Q"), ("a", "a")),
    ]
    stored = CachedModel(inner, path)
    assert stored.answer(requests) == Lettered().answer(requests)
    assert inner.asked == [requests[0], Score(prompt("Q"), ("c",))]
    assert (stored.counts.computed, stored.counts.repeated) == (2, 2)


def test_a_label_given_twice_is_asked_for_once(path):
    inner = Lettered()
    wanted = Score(prompt("Q"), ("a", "b", "a"))
    assert CachedModel(inner, path).answer([wanted]) == Lettered().answer([wanted])
    assert inner.asked == [Score(prompt("Q"), ("a", "b"))]


def test_labels_that_change_where_scoring_begins_are_stored_apart(path):
    stored = CachedModel(Lettered(), path)
    alone = Score(
        prompt(
            "答：",
        ),
        ("坏",),
    )
    both = Score(
        prompt(
            "答：",
        ),
        ("好", "坏"),
    )
    assert stored.answer([alone]) == Lettered().answer([alone])
    assert stored.answer([both]) == Lettered().answer([both])
    assert stored.answer([alone]) == Lettered().answer([alone])
    assert Lettered().answer([both])[0].logprobs[1] != Lettered().answer([alone])[0].logprobs[0]


def test_a_label_that_cannot_be_asked_for_alone_is_asked_for_with_the_others(path):
    inner = Lettered()
    stored = CachedModel(inner, path)
    stored.answer([Score(prompt("答："), ("好", "坏"))])
    wanted = Score(prompt("答："), ("好", "坏", "平"))
    assert stored.answer([wanted]) == Lettered().answer([wanted])
    assert inner.asked[-1] == wanted


@given(
    st.lists(
        st.builds(
            Score,
            st.sampled_from(["答", "答：", "答：："]).map(prompt),
            st.lists(st.sampled_from(["好", "坏", "好坏", "：", "x"]), max_size=4).map(tuple),
        ),
        max_size=6,
    )
)
def test_scores_are_always_those_of_the_model(requests):
    stored = CachedModel(Lettered(), ":memory:")
    batches = [requests, requests[::-1], *([request] for request in requests)]
    for batch in batches:
        assert stored.answer(batch) == Lettered().answer(batch)


def test_without_tokens_scores_are_stored_with_all_their_labels(path):
    inner = Counting()
    stored = CachedModel(inner, path)
    requests = [Score(prompt("Q"), labels) for labels in (("a",), ("a", "b"), ("b", "a"), ())]
    replies = stored.answer(requests)
    assert replies == Counting().answer(requests)
    assert stored.answer(requests) == replies
    assert inner.asked == requests
