"""Token F1, and accuracy of a text task, are SQuAD's, by its definition.

Rajpurkar et al., 2016: lower case; no punctuation; no articles; words between white space; F1 of
the words as multisets; the best of several gold answers; exact match where nothing is left to tell
the texts apart. The oracle is written here, from that.
"""

import math
import string
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from promptlab.extract import same
from promptlab.metric.accuracy import Accuracy
from promptlab.metric.overlap.token_f1 import TokenF1, token_f1
from promptlab.types import Answer, Example, Question, Task

TEXT = Task(answer="text")
PIECES = st.lists(
    st.sampled_from(
        [
            *("a", "an", "the", "The", "cat", "Cats", "sat", "theatre", "another", "on", "A"),
            *(",", ".", "!", "-", "(", ")", '"', "  ", "\t", "U.S.", "co-op", "o'clock"),
        ]
    ),
    max_size=7,
)
TEXTS = PIECES.map(" ".join)


def words(text):
    bare = "".join(char for char in text.lower() if char not in string.punctuation)
    return [word for word in bare.split() if word not in ("a", "an", "the")]


def f1(said, gold):
    one, other = Counter(words(said)), Counter(words(gold))
    shared = sum(min(one[word], other[word]) for word in one)
    if not shared:
        return 0.0
    precision, recall = shared / one.total(), shared / other.total()
    return 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize(
    ("said", "gold", "score", "exact"),
    [
        ("The Denver Broncos", "Denver Broncos", 1.0, True),
        ("Denver Broncos!", "denver broncos", 1.0, True),
        ("Broncos", "Denver Broncos", 2 / 3, False),
        ("the Denver Broncos of Colorado", "Denver Broncos", 2 / 3, False),
        ("Broncos Denver", "Denver Broncos", 1.0, False),
        ("Santa Clara, California", "Santa  Clara California", 1.0, True),
        ("in Santa Clara", "Levi's Stadium in Santa Clara", 3 / 4, False),
        ("Carolina Panthers", "Denver Broncos", 0.0, False),
        ("a gold theme", "gold-themed", 0.0, False),
        ("buffalo buffalo", "buffalo", 2 / 3, False),
    ],
)
def test_cases_that_are_reckoned_by_hand(said, gold, score, exact):
    assert token_f1(said, gold) == pytest.approx(score) == pytest.approx(f1(said, gold))
    assert same(said, gold, TEXT) is exact is (words(said) == words(gold))


@given(TEXTS, TEXTS)
def test_f1_is_squads_wherever_both_texts_have_words(said, gold):
    if words(said) and words(gold):
        assert math.isclose(token_f1(said, gold), f1(said, gold))


@given(TEXTS, TEXTS)
@example("cat", "cat an")
@example("cat", "the An cat, an, ")
def test_what_squad_takes_for_exact_is_never_apart_by_more_than_a_letter(said, gold):
    # Single letters tell grades and choices apart here: "A" is an answer, and no article.
    alone = any(
        word.strip(string.punctuation).lower() == "a" for word in (said + " " + gold).split()
    )
    if words(said) and words(gold) and not alone:
        assert same(said, gold, TEXT) == (words(said) == words(gold))


def test_the_best_of_several_gold_answers_counts():
    example = Example(Question("q", "?"), "Denver", aliases=("the Denver Broncos",))
    assert TokenF1()(Answer("Broncos"), example) == pytest.approx(2 / 3)
    assert Accuracy(TEXT)(Answer("denver broncos."), example) == 1
