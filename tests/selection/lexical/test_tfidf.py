import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlab.index.tokenise import tokens
from promptlab.selection.lexical.tfidf import TFIDF
from promptlab.types import Example, Question


def ranked(texts, query, count=None, **fields):
    pool = [Example(Question(f"pool-{i}", text), "") for i, text in enumerate(texts)]
    rank = TFIDF(1, **fields).fit(pool).rank
    return rank(Question("q", query), len(texts) if count is None else count)


def brute(texts, query, sublinear=False):
    """The definition, one word at a time."""
    corpus = [Counter(tokens(text)) for text in texts]
    held = Counter(word for words in corpus for word in words)

    def vector(words):
        weights = {
            word: (1 + math.log(count) if sublinear else count)
            * (math.log((1 + len(texts)) / (1 + held[word])) + 1)
            for word, count in words.items()
            if word in held
        }
        length = math.hypot(*weights.values())
        return {word: weight / length for word, weight in weights.items()}

    asked = vector(Counter(tokens(query)))
    return [
        sum(weight * asked.get(word, 0) for word, weight in vector(words).items())
        for words in corpus
    ]


def test_cosines_are_those_worked_out_by_hand():
    # Of two texts one holds "b" and both hold "a": ln(3 / 2) + 1 and 1.
    rare = math.log(3 / 2) + 1
    found = {hit.index: hit.score for hit in ranked(["a b", "a"], "a")}
    assert found == pytest.approx({0: 1 / math.hypot(1, rare), 1: 1})


words = st.lists(st.sampled_from(["a", "b", "c", "猫", "３", "?"]), max_size=6).map(" ".join)


@settings(max_examples=50, deadline=None)
@given(st.lists(words, min_size=1, max_size=8), words, st.booleans())
def test_they_are_the_definition_by_brute_force(texts, query, sublinear):
    found = {hit.index: hit.score for hit in ranked(texts, query, sublinear=sublinear)}
    expected = brute(texts, query, sublinear)
    assert [found[i] for i in range(len(texts))] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("texts", [["", "", ""], ["?", "…", " "]])
def test_a_pool_without_words_is_taken_from_the_front(texts):
    assert [hit.index for hit in ranked(texts, "anything", 2)] == [0, 1]


@pytest.mark.parametrize("texts", [["x y"], ["x", "x"], ["x y", "x y", "x z", "q"]])
def test_a_match_is_never_below_a_miss_in_a_small_pool(texts):
    scores = {hit.index: hit.score for hit in ranked(texts, "x")}
    assert all((scores[i] > 0) == ("x" in text) for i, text in enumerate(texts))


def test_ties_and_misses_go_to_the_lower_index():
    texts = ["miss", "a hit", "miss again", "a hit", "none"]
    assert [hit.index for hit in ranked(texts, "hit")] == [1, 3, 0, 2, 4]


def test_chinese_is_retrieved_by_its_characters_and_their_pairs():
    texts = ["今天股市大涨，投资者很高兴", "这部电影的演员演技很好", "手机电池续航太差了"]
    assert ranked(texts, "新上映的电影怎么样", 1)[0].index == 1
    assert ranked(texts, "电池不耐用的手机", 1)[0].index == 2


def test_a_format_that_cannot_be_filled_in_is_refused():
    with pytest.raises(ValueError, match="query is '{tier}', which cannot be filled in"):
        TFIDF(1, query="{tier}")
