"""Files: which is the pool, which the test, and what is said where there is none."""

import json
from pathlib import Path

import pytest

from promptlab.data.csv import Csv
from promptlab.data.jsonl import Jsonl


def fill(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"question": f"of {name}", "answer": "1"}))
    return str(folder)


def sides(dataset):
    return (
        [example.question.text for example in dataset.pool],
        [example.question.text for example in dataset.test],
    )


@pytest.mark.parametrize(
    ("names", "pool", "test"),
    [
        (["train.jsonl", "test.jsonl", "dev.jsonl"], "train.jsonl", "test.jsonl"),
        (["dev.jsonl", "test.jsonl"], "dev.jsonl", "test.jsonl"),
        (["train.jsonl", "validation.jsonl"], "train.jsonl", "validation.jsonl"),
        (["train.ndjson", "test.ndjson"], "train.ndjson", "test.ndjson"),
        (["train.jsonl", "test.jsonl", "corpus.jsonl"], "train.jsonl", "test.jsonl"),
    ],
)
def test_pool_and_test_are_told_by_their_names(tmp_path, names, pool, test):
    dataset = Jsonl(fill(tmp_path, *names)).load()
    assert sides(dataset) == ([f"of {pool}"], [f"of {test}"])


@pytest.mark.parametrize("name", ["test.jsonl", "train.jsonl", "all.jsonl"])
def test_one_file_alone_is_the_test(tmp_path, name):
    assert sides(Jsonl(fill(tmp_path, name)).load()) == ([], [f"of {name}"])


def test_the_path_may_be_one_file(tmp_path):
    dataset = Jsonl(fill(tmp_path, "train.jsonl", "test.jsonl") + "/train.jsonl").load()
    assert sides(dataset) == ([], ["of train.jsonl"])


def test_a_file_that_is_called_like_any_other_is_named_with_its_folder(tmp_path):
    fill(tmp_path / "de", "test.jsonl", "songs.jsonl")
    assert Jsonl(str(tmp_path / "de" / "test.jsonl")).load().name == "de/test"
    assert Jsonl(str(tmp_path / "de" / "songs.jsonl")).load().name == "songs"
    assert Jsonl(str(tmp_path / "de")).load().name == "de"


def test_a_pool_beside_one_file_may_be_given(tmp_path):
    path = fill(tmp_path, "mine.jsonl", "shots.jsonl") + "/mine.jsonl"
    assert sides(Jsonl(path, pool="shots").load()) == (["of shots.jsonl"], ["of mine.jsonl"])


def test_files_may_be_named_with_or_without_their_suffix(tmp_path):
    folder = fill(tmp_path, "train.jsonl", "test.jsonl", "extra.jsonl")
    assert sides(Jsonl(folder, pool="extra", test="train.jsonl").load()) == (
        ["of extra.jsonl"],
        ["of train.jsonl"],
    )


def test_pool_and_test_must_differ(tmp_path):
    with pytest.raises(ValueError, match=r"pool and test are both .*set pool_size"):
        Jsonl(fill(tmp_path, "test.jsonl"), pool="test", test="test").load()


def test_one_file_under_two_names_is_not_pool_and_test(tmp_path):
    folder = fill(tmp_path, "test.jsonl")
    (tmp_path / "train.jsonl").symlink_to(tmp_path / "test.jsonl")
    with pytest.raises(
        ValueError, match=r"are one file, .*train.jsonl and .*test.jsonl.*pool_size"
    ):
        Jsonl(folder).load()
    with pytest.raises(ValueError, match="pool and test are one file"):
        Jsonl(folder, pool=f"../{tmp_path.name}/test.jsonl", test="test").load()


def test_a_missing_folder_is_answered_with_the_nearest_names(tmp_path):
    fill(tmp_path, "movies/test.jsonl", "books/test.jsonl")
    with pytest.raises(
        FileNotFoundError, match=r"no folder or file .*moives; .* has movies, …. Set dataset.path="
    ):
        Jsonl(str(tmp_path / "moives")).load()


def test_a_missing_file_is_answered_with_the_nearest_names(tmp_path):
    with pytest.raises(
        FileNotFoundError, match=r"no file .*tset; .* has a.jsonl, test.jsonl. Set dataset.test="
    ):
        Jsonl(fill(tmp_path, "test.jsonl", "a.jsonl"), test="tset").load()


def test_a_folder_with_no_such_files_says_what_it_has(tmp_path):
    with pytest.raises(
        FileNotFoundError, match=r"has no .jsonl, .ndjson.*it has test.csv. Set dataset=csv"
    ):
        Jsonl(fill(tmp_path, "test.csv")).load()


def test_a_file_of_another_kind_names_the_source_that_reads_it(tmp_path):
    fill(tmp_path, "test.csv", "test.jsonl")
    with pytest.raises(ValueError, match=r"test.csv is a .csv file; read it with dataset=csv"):
        Jsonl(str(tmp_path / "test.csv")).load()


def test_pool_and_test_are_each_read_by_the_ending_of_its_name(tmp_path):
    fill(tmp_path, "test.jsonl")
    (tmp_path / "mine.csv").write_text("question,answer\nof mine.csv,1\n", "utf-8")
    expected = (["of mine.csv"], ["of test.jsonl"])
    assert sides(Jsonl(str(tmp_path), pool="mine.csv").load()) == expected
    table = Csv(str(tmp_path), pool="mine.csv", test="test.jsonl")
    assert sides(table.load()) == expected


def test_json_files_are_the_data_where_there_are_no_json_lines(tmp_path):
    assert sides(Jsonl(fill(tmp_path, "train.json", "test.json")).load())[1] == ["of test.json"]
    fill(tmp_path, "mine.jsonl", "dataset_info.json")
    (tmp_path / "test.json").unlink()
    assert sides(Jsonl(str(tmp_path)).load())[1] == ["of mine.jsonl"]


def test_a_file_in_one_part_is_called_what_its_split_is(tmp_path):
    folder = fill(tmp_path, "train-00000-of-00001.jsonl", "test-00000-of-00001.jsonl")
    assert sides(Jsonl(folder).load())[1] == ["of test-00000-of-00001.jsonl"]


def test_a_folder_called_like_a_file_is_none(tmp_path):
    fill(tmp_path, "test.jsonl", "train.jsonl/part.txt")
    assert sides(Jsonl(str(tmp_path)).load()) == ([], ["of test.jsonl"])


def test_a_folder_with_no_test_says_what_could_be_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"it has a.jsonl, b.jsonl. Set dataset.test="):
        Jsonl(fill(tmp_path, "a.jsonl", "b.jsonl")).load()


def test_what_is_shipped_is_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(Jsonl("datasets/arithmetic").load().test) == 240


def test_a_folder_here_comes_before_what_is_shipped(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    fill(Path("datasets/arithmetic"), "test.jsonl")
    assert len(Jsonl("datasets/arithmetic").load().test) == 1
