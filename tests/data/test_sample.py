"""Samples: which examples a limit keeps, and how a pool is carved from one file."""

import json

import pytest

from promptlab.data.jsonl import Jsonl
from promptlab.data.sample import carve, sample


def folder(path, test=40, pool=0):
    for name, size in (("test", test), ("train", pool)):
        rows = [{"question": f"{name} {n}", "answer": str(n)} for n in range(size)]
        if rows:
            (path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return str(path)


def texts(examples):
    return [example.question.text for example in examples]


def test_a_sample_keeps_the_order_of_the_items():
    drawn = sample(range(100), 10, "0")
    assert drawn == sorted(drawn)
    assert drawn != list(range(10))


def test_a_smaller_sample_is_part_of_a_larger_one():
    assert set(sample(range(100), 10, "0")) < set(sample(range(100), 30, "0"))


def test_another_seed_draws_another_sample():
    assert sample(range(100), 10, "0") != sample(range(100), 10, "1")


def test_carving_loses_and_repeats_nothing():
    drawn, others = carve(range(50), 20, "0")
    assert len(drawn) == 20
    assert sorted(drawn + others) == list(range(50))


def test_a_limit_draws_a_sample_of_the_test_and_leaves_the_pool(tmp_path):
    dataset = Jsonl(folder(tmp_path, 40, 9), limit=10).load()
    assert (len(dataset.test), len(dataset.pool)) == (10, 9)
    assert dataset == Jsonl(str(tmp_path), limit=10).load()
    assert texts(dataset.test) != texts(Jsonl(str(tmp_path)).load().test)[:10]


def test_a_limit_above_the_size_keeps_all(tmp_path):
    assert len(Jsonl(folder(tmp_path, 5), limit=10).load().test) == 5


def test_an_example_has_the_same_id_under_any_limit(tmp_path):
    whole = Jsonl(folder(tmp_path)).load()
    ids = {example.question.text: example.id for example in whole.test}
    some = Jsonl(str(tmp_path), limit=7).load()
    assert all(ids[example.question.text] == example.id for example in some.test)


def test_a_pool_limit_of_nothing_empties_the_pool(tmp_path):
    assert Jsonl(folder(tmp_path, 4, 9), pool_limit=0).load().pool == ()
    assert len(Jsonl(str(tmp_path), pool_limit=3).load().pool) == 3


def test_a_pool_is_carved_from_one_file(tmp_path):
    dataset = Jsonl(folder(tmp_path), pool_size=15).load()
    assert (len(dataset.pool), len(dataset.test)) == (15, 25)
    assert not set(texts(dataset.pool)) & set(texts(dataset.test))


@pytest.mark.parametrize(("share", "expected"), [(0.5, 20), (0.25, 10), (0.01, 1)])
def test_a_share_of_one_file_becomes_the_pool_and_the_rest_is_answered(tmp_path, share, expected):
    dataset = Jsonl(folder(tmp_path), pool_size=share).load()
    assert (len(dataset.pool), len(dataset.test)) == (expected, 40 - expected)
    assert dataset == Jsonl(str(tmp_path), pool_size=share).load()
    assert dataset != Jsonl(str(tmp_path), pool_size=share, seed=1).load()
    assert not set(texts(dataset.pool)) & set(texts(dataset.test))


@pytest.mark.parametrize("share", [1.0, 0.0, -0.5, 1.5, True])
def test_a_share_that_is_none_is_refused(tmp_path, share):
    with pytest.raises(ValueError, match="expected a whole number, at least 1, or a share such"):
        Jsonl(folder(tmp_path), pool_size=share)


def test_a_folder_without_a_test_is_not_asked_about_its_pool_in_silence(tmp_path):
    with pytest.warns(UserWarning, match=r"train.jsonl is the only file.*dataset.pool_size=0.5"):
        dataset = Jsonl(folder(tmp_path, 0, 4)).load()
    assert (len(dataset.pool), len(dataset.test)) == (0, 4)


def test_a_pool_is_not_carved_where_there_is_one(tmp_path):
    with pytest.raises(ValueError, match=r"pool_size is 2, but the pool is already .*train.jsonl"):
        Jsonl(folder(tmp_path, 4, 4), pool_size=2).load()


def test_carving_must_leave_a_test(tmp_path):
    with pytest.raises(ValueError, match=r"pool_size is 4; .*test.jsonl has 4 examples in all"):
        Jsonl(folder(tmp_path, 4), pool_size=4).load()
