"""Rows that share a forward pass."""

from hypothesis import given
from hypothesis import strategies as st

from promptlab.model.batching import batches

LENGTHS = st.lists(st.integers(1, 50), max_size=40)


@given(LENGTHS, st.integers(1, 200), st.integers(1, 8))
def test_every_row_is_in_one_batch_and_batches_keep_to_the_budget(lengths, budget, rows):
    groups = batches(lengths, budget=budget, rows=rows)
    assert sorted(index for group in groups for index in group) == list(range(len(lengths)))
    for group in groups:
        assert len(group) <= rows
        assert len(group) == 1 or len(group) * max(lengths[index] for index in group) <= budget


def test_rows_of_similar_length_go_together_longest_first():
    assert batches([3, 9, 4, 9], budget=18, rows=9) == [[1, 3], [2, 0]]


def test_a_row_longer_than_the_budget_goes_alone():
    assert batches([100, 1, 1], budget=10, rows=9) == [[0], [1, 2]]
