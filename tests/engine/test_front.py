"""Who begins with which part, as rows come and go."""

import torch

from promptlab.engine.attention.shared_prefix import Front, merged, reseated, seats_of


def _lists(seats):
    return [None if rows is None else rows.tolist() for rows in seats]


def _part(columns):
    return torch.zeros(1, 2, columns, 4), torch.zeros(1, 2, columns, 4)


def test_rows_are_listed_under_their_part_and_those_of_none_under_none():
    assert _lists(seats_of([0, 1, 0, None])) == [[0, 2], [1]]
    assert _lists(seats_of([0, 0])) == [None]
    assert seats_of([None, None]) == ()


def test_a_part_goes_with_its_last_row():
    kept, seats = reseated(seats_of([0, 1, 1, 2]), [0, 3])
    assert kept == [0, 2]
    assert _lists(seats) == [[0], [1]]
    kept, seats = reseated(seats_of([0, 1, 1]), [2, 1])
    assert (kept, _lists(seats)) == ([1], [None])


def test_rows_that_are_moved_keep_their_part():
    kept, seats = reseated(seats_of([0, 1, 1, 0]), [3, 2, 1])
    assert kept == [0, 1]
    assert _lists(seats) == [[0], [1, 2]]


def test_what_all_begin_with_stays_what_all_begin_with():
    assert reseated((None,), [4, 2]) == ([0], (None,))


def test_a_part_that_both_have_is_one():
    long, short = _part(9), _part(3)
    left = Front((long, short), seats_of([0, 1]), 9)
    both = merged(left, Front((short,), (None,), 3), (2, 2))
    assert all(a[0] is b[0] for a, b in zip(both.parts, (long, short), strict=True))
    assert _lists(both.seats) == [[0], [1, 2, 3]]
    assert both.width == 9


def test_rows_without_a_part_join_rows_with_one():
    long = _part(9)
    both = merged(None, Front((long,), (None,), 9), (3, 2))
    assert _lists(both.seats) == [[3, 4]]
    assert merged(None, None, (1, 1)) is None
