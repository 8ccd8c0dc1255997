"""Parquet: the file's own types."""

import pyarrow as pa
import pytest
from pyarrow import parquet

from promptlab.data.parquet import Parquet


def load(folder, columns):
    parquet.write_table(pa.table(columns), folder / "test.parquet")
    return Parquet(str(folder)).load()


def test_text_stays_text_and_numbers_are_written_out(tmp_path):
    dataset = load(tmp_path, {"question": ["a", "b"], "answer": ["007", "1.10"], "id": [7, 8]})
    assert [(example.id, example.answer) for example in dataset.test] == [
        ("7", "007"),
        ("8", "1.10"),
    ]


def test_choices_are_lists(tmp_path):
    dataset = load(tmp_path, {"question": ["a"], "choices": [["x", "y"]], "answer": [1]})
    assert (dataset.test[0].question.choices, dataset.test[0].answer) == (("x", "y"), "B")


def test_pool_and_test_are_told_by_their_names(tmp_path):
    parquet.write_table(pa.table({"text": ["p"], "label": ["a"]}), tmp_path / "train.parquet")
    dataset = load(tmp_path, {"text": ["t"], "label": ["a"]})
    assert (len(dataset.pool), dataset.task.labels) == (1, ("a",))


def test_a_bad_record_is_named_by_its_row(tmp_path):
    with pytest.raises(
        ValueError, match=r"1 of 2 records of .*test.parquet are bad:\n  row 2: 'question' is empty"
    ):
        load(tmp_path, {"question": ["a", None], "answer": ["1", "2"]})


def test_bytes_are_no_text(tmp_path):
    with pytest.raises(ValueError, match=r"row 1: 'answer' is b'x'; expected text, a number"):
        load(tmp_path, {"question": ["a"], "answer": [b"x"]})


def test_a_file_that_is_not_parquet_is_named(tmp_path):
    (tmp_path / "test.parquet").write_text("no")
    with pytest.raises(ValueError, match=r"test.parquet is not Parquet"):
        Parquet(str(tmp_path)).load()
