"""Ids: which of them pool and test share, and how what repeats is numbered."""

import json

import pytest

from promptlab.data.jsonl import Jsonl
from promptlab.data.task import PartialTask
from promptlab.leakage import leaks, without_leaks
from promptlab.selection.exclusion import Exclusion


def loaded(folder, pool, test, **settings):
    """Load two files of rows; a bare id stands for a row whose text is like no other."""
    for name, ids in (("train", pool), ("test", test)):
        rows = (
            {"id": each, "question": f"{name} {n} asks {'abcdefgh'[n % 8] * 9}", "answer": "x"}
            if not isinstance(each, dict)
            else each
            for n, each in enumerate(ids)
        )
        (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return Jsonl(str(folder), **settings).load()


def shared(dataset):
    return [(leak.how, dataset.test[leak.test].id) for leak in leaks(dataset.pool, dataset.test)]


@pytest.mark.parametrize(
    ("pool", "test", "expected"),
    [
        (["a-7", "b-2", "c-9"], ["b-2", "d-4"], ["b-2"]),
        (["问题甲", "问题乙"], ["问题乙"], ["问题乙"]),
        (["5f2e", "77aa"], ["77aa", "0b1c"], ["77aa"]),
        (["38295789", "40202028"], [40202028], ["40202028"]),  # the number of a page
        (["t-38295789", "t-32951117"], ["t-38295789"], ["t-38295789"]),
        (["q17", "p3"], ["q17", "q90"], ["q17"]),
    ],
)
def test_an_id_of_the_data_s_own_is_a_leak_whatever_is_asked(tmp_path, pool, test, expected):
    dataset = loaded(tmp_path, pool, test)
    assert shared(dataset) == [("id", name) for name in expected]
    excluded = Exclusion.of(dataset.pool)
    for example in dataset.test:
        assert bool(excluded(example.question)) == (example.id in expected)


@pytest.mark.parametrize(
    ("pool", "test"),
    [
        ([0, 1, 2, 3], [0, 1, 2]),
        ([1, 2, 3], [3, 1]),
        ([4711, 815, 17], ["815", "17"]),  # a sample of numbered rows
        (["３", "4"], ["３"]),
        (["1.2", "1-3"], ["1.2"]),
        (["q0", "q1", "q2"], ["q0", "q1"]),
        (["题１", "题2"], ["题１"]),
        (["q17", "q3"], ["q17", "q90"]),  # some rows of two longer files
        (["talk", "talk", "other"], ["talk"]),  # a conversation, or a passage
        (["talk", "other"], ["talk", "talk"]),
        ([None, None], ["pool-1", "pool-2"]),  # names that are given here
    ],
)
def test_numbers_of_rows_and_names_of_groups_are_no_leaks(tmp_path, pool, test):
    dataset = loaded(tmp_path, pool, test)
    assert shared(dataset) == []
    ids = [example.id for example in (*dataset.test, *dataset.pool)]
    assert len(set(ids)) == len(ids)


def test_a_row_that_is_left_out_changes_nothing(tmp_path):
    empty = {"id": "q1", "question": "nobody knows?", "answer": ""}
    task = PartialTask(answer="text", unanswerable="drop")
    assert shared(loaded(tmp_path, [empty, "q2"], ["q1", "q2"], task=task)) == []


def test_what_is_asked_alike_is_a_leak_whatever_its_number(tmp_path):
    one = {"id": 0, "question": "Who are you?", "answer": "me"}
    assert shared(loaded(tmp_path, [one], [one])) == [("text", "0")]


def test_of_one_file_that_is_divided_an_id_that_repeats_is_no_leak(tmp_path):
    rows = [{"id": "talk", "question": f"what is said {n}?", "answer": "x"} for n in range(6)]
    path = tmp_path / "one.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    dataset = Jsonl(str(path), pool_size=3).load()
    assert shared(dataset) == []
    assert [example.id for example in dataset.pool] == ["talk#4", "talk#5", "talk#6"]


def test_a_numbered_id_is_none_that_the_data_has(tmp_path):
    dataset = loaded(tmp_path, ["a", "a#2", "a"], ["b"])
    assert [example.id for example in dataset.pool] == ["a", "a#2", "a#3"]


def test_a_leak_by_id_is_told_dropped_and_refused(tmp_path):
    dataset = loaded(tmp_path, ["x-a", "x-b"], ["x-b", "x-c"])
    with pytest.warns(UserWarning, match=r"1 of the 2 questions .*pairs: 1 of the same id\), x-b"):
        assert without_leaks(dataset, "warn") == dataset
    with pytest.warns(UserWarning, match="left out of the pool"):
        assert [each.id for each in without_leaks(dataset, "drop").pool] == ["x-a"]
    with pytest.raises(ValueError, match="1 of the same id"):
        without_leaks(dataset, "error")
