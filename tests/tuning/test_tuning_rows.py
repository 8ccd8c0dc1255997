"""Tokens are those that a model scores, parted and ordered by chance that the seed decides."""

import random

import pytest

from promptlab.tuning.lessons import Lesson
from promptlab.tuning.rows import Row, batches, parted, row
from promptlab.types import Message, Prompt, Score

ROWS = [Row(tuple(range(length)), 1) for length in (9, 2, 7, 3, 8, 4, 6, 5)]


def test_the_answers_tokens_follow_the_prompts_and_an_end_where_one_is_learnt(llama):
    asked = Score(Prompt((Message("text", "Label:"),)), (" positive", " left"))
    told = llama.score_tokens(asked)
    plain, ended = (row(llama, Lesson(asked, 1, ends)) for ends in (False, True))
    assert plain == Row((*told.context, *told.tails[1]), len(told.context))
    assert ended.ids == (*plain.ids, llama.end)
    assert ended.learnt == plain.learnt + 1


def test_a_share_is_set_apart_by_the_seed_and_at_least_one():
    one, two, other = (parted(ROWS, 0.25, seed) for seed in (0, 0, 1))
    assert one == two != other
    assert sorted(map(str, one[0] + one[1])) == sorted(map(str, ROWS))
    assert len(one[1]) == 2
    assert [len(part) for part in parted(ROWS, 0.01, 0)] == [7, 1]
    assert [len(part) for part in parted(ROWS, 0.99, 0)] == [1, 7]
    assert parted(ROWS, 0.0, 0) == (ROWS, [])
    with pytest.raises(ValueError, match="1 example.*at least 2 examples, or tuning.held_out=0"):
        parted(ROWS[:1], 0.1, 0)


def test_rows_of_like_lengths_are_read_together_each_once():
    found = list(batches(ROWS, 2, random.Random(0)))
    assert sorted(str(each) for some in found for each in some) == sorted(map(str, ROWS))
    assert all(abs(len(a.ids) - len(b.ids)) == 1 for a, b in found)
    assert found == list(batches(ROWS, 2, random.Random(0))) != list(batches(ROWS, 2, None))
