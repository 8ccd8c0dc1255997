"""Two data sets are never one because their files have the same name."""

import pytest

from promptlab.analysis.dataset_names import dataset_names


def result(name: str, digest: str = "", path: str = "") -> dict:
    data = {"data": {"test": {"examples": 4, "digest": digest}}} if digest else {}
    config = {"config": {"dataset": {"path": path}}} if path else {}
    return {"dataset": name, **data, **config}


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["de/test.jsonl", "en/test.jsonl"], ["de/test", "en/test"]),
        (["/data/x/de/test.csv", "/data/x/en/test.csv"], ["de/test", "en/test"]),
        (["de/v1/test.jsonl", "en/v1/test.jsonl"], ["de/v1/test", "en/v1/test"]),
        (["a/test", "b/test"], ["a/test", "b/test"]),
        (["测试/test.jsonl", "训练/test.jsonl"], ["测试/test", "训练/test"]),
        (["test.jsonl", "more/test.jsonl"], ["test", "more/test"]),
    ],
)
def test_namesakes_are_told_by_where_their_paths_differ(paths, names) -> None:
    told = dataset_names([result("test", str(i) * 8, path) for i, path in enumerate(paths)])
    assert told == names


def test_namesakes_in_one_place_are_told_by_their_content() -> None:
    mended = [result("sums", "aaaaaaaa", "sums.jsonl"), result("sums", "bbbbbbbb", "sums.jsonl")]
    assert dataset_names(mended) == ["sums (aaaaaa)", "sums (bbbbbb)"]
    unplaced = [result("sums", "aaaaaaaa"), result("sums", "bbbbbbbb")]
    assert dataset_names(unplaced) == ["sums (aaaaaa)", "sums (bbbbbb)"]


def test_the_same_data_are_one_data_set_under_whatever_name() -> None:
    told = [result("de/test", "aaaaaaaa"), result("copy", "aaaaaaaa"), result("en", "bbbbbbbb")]
    assert dataset_names(told) == ["de/test", "de/test", "en"]


def test_a_made_name_is_never_another_ones() -> None:
    told = [result("test", "a" * 8, "de/test.jsonl"), result("test", "b" * 8, "en/test.jsonl")]
    names = dataset_names([*told, result("de/test", "c" * 8)])
    assert len(set(names)) == 3


def test_a_result_that_says_no_digest_goes_by_its_name() -> None:
    told = [result("sums"), result("sums", "a" * 8), result("sst2"), {}]
    assert dataset_names(told) == ["sums", "sums", "sst2", ""]
    assert dataset_names([{"dataset": None, "data": 3, "config": "x"}]) == [""]
