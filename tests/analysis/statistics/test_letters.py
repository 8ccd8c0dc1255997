"""Variants that share a letter cannot be told apart."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from promptlab.analysis.statistics import compact_letters

designs = st.integers(1, 9).flatmap(
    lambda n: st.tuples(
        st.just(n), st.sets(st.sampled_from([*combinations(range(n), 2)] or [(0, 0)]))
    )
)


def test_three_in_a_row():
    assert compact_letters(3, [(0, 2)]) == ["a", "ab", "b"]


def test_all_apart_and_all_together():
    assert compact_letters(3, [(0, 1), (0, 2), (1, 2)]) == ["a", "b", "c"]
    assert compact_letters(3, []) == ["a", "a", "a"]
    assert compact_letters(0, []) == []


def test_the_first_is_always_an_a():
    assert compact_letters(4, [(0, 3), (1, 2)])[0].startswith("a")


@given(designs)
def test_a_letter_is_shared_exactly_where_a_pair_cannot_be_told_apart(design):
    variants, different = design
    different = {pair for pair in different if pair[0] != pair[1]}
    letters = compact_letters(variants, different)
    for pair in combinations(range(variants), 2):
        assert bool(set(letters[pair[0]]) & set(letters[pair[1]])) == (pair not in different)
    assert all(letters)


def test_more_groups_than_letters_get_numbers():
    letters = compact_letters(60, combinations(range(60), 2))
    assert letters[51:54] == ["Z", "a1", "b1"]


def test_where_letters_would_be_beyond_counting_there_are_none():
    # Twelve pairs that are told apart, each from nothing else: two to the twelfth sets share.
    assert compact_letters(24, [(2 * pair, 2 * pair + 1) for pair in range(12)]) == [""] * 24
