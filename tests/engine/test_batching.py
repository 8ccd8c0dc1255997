"""Rows that share a forward pass."""

from hypothesis import given
from hypothesis import strategies as st

from promptlab.engine.scheduler import batches

LENGTHS = st.lists(st.integers(1, 50), max_size=40)


@given(LENGTHS, st.integers(1, 200), st.integers(1, 8), st.integers(0, 30))
def test_every_row_is_in_one_batch_and_batches_keep_to_the_budget(lengths, budget, rows, overhead):
    groups = batches(lengths, budget=budget, rows=rows, overhead=overhead)
    assert sorted(index for group in groups for index in group) == list(range(len(lengths)))
    for group in groups:
        assert len(group) <= rows
        assert len(group) == 1 or len(group) * max(lengths[index] for index in group) <= budget


@given(st.lists(st.integers(1, 9), max_size=7), st.integers(1, 40), st.integers(1, 20))
def test_no_other_cuts_of_the_rows_in_order_of_length_cost_less(lengths, budget, overhead):
    order = sorted(lengths, reverse=True)
    groups = batches(lengths, budget=budget, rows=9, overhead=overhead)
    sizes = [[lengths[index] for index in group] for group in groups]
    assert [size for group in sizes for size in group] == order
    assert _cost(sizes, overhead) == min(
        _cost(cut, overhead)
        for cut in _cuts(order)
        if all(len(group) == 1 or len(group) * group[0] <= budget for group in cut)
    )


def _cost(groups, overhead):
    return sum(len(group) * max(group) + overhead for group in groups)


def _cuts(rows):
    if not rows:
        yield []
    for first in range(1, len(rows) + 1):
        for rest in _cuts(rows[first:]):
            yield [rows[:first], *rest]


def test_rows_of_similar_length_go_together_longest_first():
    assert batches([3, 9, 4, 9], budget=18, rows=9, overhead=1) == [[1, 3], [2, 0]]


def test_rows_are_padded_where_one_more_pass_would_cost_more():
    assert batches([9, 1, 1], budget=99, rows=9, overhead=15) == [[0], [1, 2]]
    assert batches([9, 1, 1], budget=99, rows=9, overhead=16) == [[0, 1, 2]]


def test_a_row_longer_than_the_budget_goes_alone():
    assert batches([100, 1, 1], budget=10, rows=9, overhead=1) == [[0], [1, 2]]
