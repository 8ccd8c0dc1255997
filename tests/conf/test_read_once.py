"""A data set is read once for all its variants, and anew where its files or the folder change."""

import json

import pytest

from promptlab.cli.config.read_once import read_once


def described(path):
    return {"_target_": "promptlab.data.jsonl.Jsonl", "path": path, "pool_size": 1, "test": None}


def write(folder, *answers):
    folder.mkdir(exist_ok=True)
    rows = [{"id": f"n-{n}", "question": f"{n}?", "answer": a} for n, a in enumerate(answers)]
    (folder / "all.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.mark.parametrize("path", ["data", "data/all.jsonl"])
def test_files_that_stay_are_read_once_and_changed_ones_anew(tmp_path, monkeypatch, path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name / "data", name, name)
    monkeypatch.chdir(tmp_path / "one")
    first = read_once(described(path), "warn", 0.9)
    assert read_once(described(path), "warn", 0.9) is first
    monkeypatch.chdir(tmp_path / "two")
    assert read_once(described(path), "warn", 0.9).test[0].answer == "two"
    write(tmp_path / "two" / "data", "three", "three")
    assert read_once(described(path), "warn", 0.9).test[0].answer == "three"


def test_a_pool_beside_the_test_is_looked_at_too(tmp_path):
    for name in ("test", "demos"):
        write(tmp_path / name, "old", "old")
        (tmp_path / name / "all.jsonl").rename(tmp_path / f"{name}.jsonl")
    told = described(str(tmp_path / "test.jsonl")) | {"pool": "demos", "pool_size": None}
    assert {each.answer for each in read_once(told, "warn", 0.9).pool} == {"old"}
    (tmp_path / "demos.jsonl").write_text('{"question": "what?", "answer": "anew"}\n')
    assert {each.answer for each in read_once(told, "warn", 0.9).pool} == {"anew"}


def test_data_that_lie_elsewhere_have_no_files_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        read_once(described("nowhere"), "warn", 0.9)
