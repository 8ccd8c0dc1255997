"""Comparisons in plain words."""

import pytest

from promptlab.analysis.statistics import paired_difference, sentence
from promptlab.analysis.statistics.verdict import p_words


def found(both, n10, n01, neither):
    first = [1] * (both + n10) + [0] * (n01 + neither)
    return paired_difference(first, [1] * both + [0] * n10 + [1] * n01 + [0] * neither)


def test_a_difference_is_said_with_its_interval_and_its_correction():
    told = sentence("knn", "random", found(50, 27, 6, 17), pvalue=0.0008, correction="Holm")
    assert told == "knn beats random by 21 points [10, 31], p = 0.0008 after Holm"


def test_the_better_one_is_named_first():
    told = sentence("random", "knn", found(50, 6, 27, 17))
    assert told == "knn beats random by 21 points [10, 31], p = 0.00032"


def test_what_cannot_be_told_apart_says_what_it_would_take():
    told = sentence("bm25", "knn", found(60, 14, 10, 16))
    assert told == (
        "bm25 and knn cannot be told apart with 100 examples: about 1,200 would be needed"
    )


def test_a_correction_asks_for_more_examples():
    pair = found(60, 20, 8, 12)
    assert sentence("a", "b", pair) == "a beats b by 12 points [2, 22], p = 0.036"
    told = sentence("a", "b", pair, pvalue=0.36, correction="Holm")
    assert told == "a and b cannot be told apart with 100 examples: about 260 would be needed"


def test_equal_means_and_equal_scores_are_told_apart():
    told = sentence("a", "b", found(60, 8, 8, 24))
    assert told == "a and b cannot be told apart with 100 examples: their means are equal"
    told = sentence("a", "b", found(60, 0, 0, 40))
    assert told == "a and b score the same on each of 100 examples"


def test_narrow_intervals_have_decimals():
    told = sentence("a", "b", found(6000, 200, 100, 3700))
    assert told == "a beats b by 1.00 points [0.66, 1.34], p < 0.0001"


def test_other_units():
    pair = paired_difference([30.0, 25, 41, 28, 33, 39], [12.0, 11, 25, 13, 14, 21])
    assert sentence("short", "long", pair, unit="tokens", scale=1).startswith(
        "short beats long by 16.7 tokens ["
    )


@pytest.mark.parametrize(
    ("pvalue", "words"),
    [
        (1.0, "p = 1"),
        (0.0316, "p = 0.032"),
        (0.0001, "p = 0.0001"),
        (0.00009, "p < 0.0001"),
        (0.2, "p = 0.2"),
    ],
)
def test_p_values_are_said_with_two_digits(pvalue, words):
    assert p_words(pvalue) == words
