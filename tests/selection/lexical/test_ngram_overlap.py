import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlab.index.overlap import Overlap
from promptlab.selection.lexical.ngram_overlap import NGramOverlap
from promptlab.types import Example, Question


def grams(words, n):
    return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))


def bleu(hypothesis, reference):
    """The definition, one reference at a time."""
    orders = range(1, min(4, len(hypothesis)) + 1)
    shared = [(grams(hypothesis, n) & grams(reference, n)).total() for n in orders]
    if not any(shared[:1]):
        return 0.0
    total = [len(hypothesis) - n + 1 for n in orders]
    mean = sum(math.log((s or 0.1) / t) for s, t in zip(shared, total, strict=True)) / len(total)
    return min(1, math.exp(1 - len(reference) / len(hypothesis))) * math.exp(mean)


def ranked(texts, query, count=None, **fields):
    pool = [Example(Question(f"pool-{i}", text), "") for i, text in enumerate(texts)]
    rank = NGramOverlap(1, **fields).fit(pool).rank
    return rank(Question("q", query), len(texts) if count is None else count)


@pytest.mark.parametrize(
    ("query", "reference", "expected"),
    [
        ("a b c d", "a b c d", 1),
        ("a b c d e", "a b c x", (3 / 5 * 2 / 4 * 1 / 3 * 0.1 / 2) ** 0.25),
        ("a b", "a b c d", math.exp(-1)),
        ("a a a", "a", (1 / 3 * 0.1 / 2 * 0.1 / 1) ** (1 / 3)),
        ("a", "b a", math.exp(-1)),
        ("x y", "a b", 0),
        ("", "a b", 0),
        ("a b", "", 0),
    ],
)
def test_scores_are_those_worked_out_by_hand(query, reference, expected):
    assert ranked([reference, "q"], query, 1)[0].score == pytest.approx(expected)


words = st.lists(st.sampled_from("abc"), max_size=9)


@settings(max_examples=200, deadline=None)
@given(st.lists(words, min_size=1, max_size=6), st.lists(st.sampled_from("abcd"), max_size=9))
def test_they_are_the_definition_by_brute_force(corpus, query):
    expected = [bleu(query, reference) for reference in corpus]
    assert Overlap.of(corpus).bleu(query) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("texts", [["", "", ""], ["?", "…", " "]])
def test_a_pool_without_words_is_taken_from_the_front(texts):
    assert [hit.index for hit in ranked(texts, "anything", 2)] == [0, 1]


def test_ties_and_misses_go_to_the_lower_index():
    texts = ["miss", "a hit", "miss again", "a hit", "none"]
    assert [hit.index for hit in ranked(texts, "a hit")] == [1, 3, 0, 2, 4]


def test_a_run_of_words_counts_for_more_than_the_words_apart():
    texts = ["down sat cat the there now", "here the cat sat down now"]
    assert ranked(texts, "the cat sat down", 1)[0].index == 1


def test_chinese_is_compared_by_runs_of_characters():
    assert ranked(["狗喜欢猫", "猫喜欢鱼"], "猫喜欢狗", 1)[0].index == 1
    same = ranked(["我爱猫", "天"], "我爱猫！", 1)[0]
    assert (same.index, same.score) == (0, pytest.approx(1))


def test_a_format_that_cannot_be_filled_in_is_refused():
    with pytest.raises(ValueError, match="text is '{', which cannot be filled in"):
        NGramOverlap(1, text="{")
