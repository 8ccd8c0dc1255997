import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlab.retrieval.chunk import chunks, length


@pytest.mark.parametrize(
    ("text", "size", "expected"),
    [
        ("One two. Three four. Five.", 6, ["One two. Three four.", "Five."]),
        ("One two. Three four. Five.", 3, ["One two.", "Three four.", "Five."]),
        ("今天很好。我们走吧！好吗？", 9, ["今天很好。", "我们走吧！好吗？"]),
        ("It costs 3.50 now. Fine.", 8, ["It costs 3.50 now.", "Fine."]),
        ("a b c d e", 2, ["a b", "c d", "e"]),
        ("first line\nsecond line", 2, ["first line", "second line"]),
        ("  ", 5, []),
        ("", 5, []),
    ],
)
def test_a_text_is_cut_between_sentences_where_they_fit(text, size, expected):
    assert chunks(text, size) == expected


def test_a_chunk_repeats_the_last_sentences_of_the_one_before():
    assert chunks("A b. C d. E f. G h.", 6, 3) == ["A b. C d.", "C d. E f.", "E f. G h."]


@given(st.text(max_size=80), st.integers(1, 9), st.integers(0, 8))
def test_no_chunk_is_too_long_and_no_token_is_lost(text, size, overlap):
    cut = chunks(text, size, min(overlap, size - 1))
    assert all(0 < length(part) <= size or not length(part) for part in cut)
    if not overlap:
        assert "".join("".join(cut).split()) == "".join(text.split())
    assert chunks(text, size, min(overlap, size - 1)) == cut


def pairs(text: str) -> int:
    """A tokenizer of its own kind: two characters are a token, and a blank begins one."""
    return sum((len(word) + 1) // 2 for word in text.split(" ") if word)


TEXTS = (
    "One two three. Four five six seven! Eight?\n\nNine ten eleven twelve thirteen.",
    "猫坐在垫子上。狗在公园里跑，没有停。" * 3,
    "pneumonoultramicroscopicsilicovolcanoconiosis is a word. " * 2,
    "a" * 40,
)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("size", "overlap"), [(1, 0), (3, 0), (4, 2), (7, 3), (50, 10)])
def test_by_another_count_no_chunk_is_longer_and_nothing_is_lost(text, size, overlap):
    found = chunks(text, size, overlap, pairs)
    assert all(pairs(chunk) <= size for chunk in found)
    if not overlap:
        assert "".join("".join(found).split()) == "".join(text.split())


def test_by_another_count_a_long_sentence_is_cut_between_words_where_that_can_be():
    assert chunks("ab cd ef gh", 3, count=pairs) == ["ab cd ef", "gh"]
    assert chunks("abcdefgh", 3, count=pairs) == ["abcdef", "gh"]
