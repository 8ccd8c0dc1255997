"""Perplexities are the closed form of uniform guesses."""

from math import inf, log

import pytest

from promptlab.metric.perplexity import corpus
from promptlab.types import Scores


def test_a_model_that_guesses_among_eight_tokens_has_perplexity_eight():
    told = corpus(["好 a"], [Scores((3 * -log(8),), (3,))])
    assert told.per_token == pytest.approx(8)
    assert (told.bytes, told.words) == (5, 2)
    assert told.bits_per_byte == pytest.approx(3 * 3 / 5)
    assert told.per_byte == pytest.approx(2 ** (9 / 5))
    assert told.per_word == pytest.approx(2 ** (9 / 2))


def test_texts_are_added_up_token_by_token():
    told = corpus(["a", "bb"], [Scores((-1.0,), (1,)), Scores((-8.0,), (2,))])
    assert log(told.per_token) == pytest.approx(3)
    assert (told.texts, told.tokens) == (2, 3)


def test_what_is_impossible_is_infinite_and_nothing_is_refused():
    assert corpus(["a"], [Scores((-inf,), (1,))]).per_token == inf
    with pytest.raises(ValueError, match="have no tokens"):
        corpus([""], [Scores((0.0,), (0,))])
