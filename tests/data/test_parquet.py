"""Parquet: the file's own types."""

import json

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


@pytest.mark.parametrize("content", [b"no", b"", b"PAR1PAR1", b"PAR1" + b"\xff" * 40 + b"PAR1"])
def test_a_file_that_is_not_parquet_is_named(tmp_path, content):
    (tmp_path / "test.parquet").write_bytes(content)
    with pytest.raises(ValueError, match=r"test.parquet is not Parquet, or damaged"):
        Parquet(str(tmp_path)).load()


def test_a_damaged_page_is_named(tmp_path):
    load(tmp_path, {"question": ["some question"] * 50, "answer": [str(n) for n in range(50)]})
    data = bytearray((tmp_path / "test.parquet").read_bytes())
    data[4:60] = b"\xff" * 56
    (tmp_path / "test.parquet").write_bytes(data)
    with pytest.raises(ValueError, match=r"test.parquet is not Parquet, or damaged"):
        Parquet(str(tmp_path)).load()


def test_text_that_is_not_utf_8_is_named_with_its_row(tmp_path):
    raw = pa.array([b"fine", b"\xff\xfe"], pa.binary())
    text = pa.StringArray.from_buffers(2, raw.buffers()[1], raw.buffers()[2])
    with pytest.raises(ValueError, match=r"1 of 2 records .*\n  row 2: it cannot be read: 'utf-8'"):
        load(tmp_path, {"question": text, "answer": ["1", "2"]})


def test_a_missing_number_is_nothing(tmp_path):
    dataset = load(
        tmp_path,
        {"question": ["a", "b"], "context": [float("nan"), 1.5], "answer": ["1", "2"]},
    )
    assert [example.question.context for example in dataset.test] == ["", "1.5"]


def with_classes(folder, name, labels):
    kinds = {
        "text": {"dtype": "string", "_type": "Value"},
        "label": {"names": ["bad", "good"], "_type": "ClassLabel"},
    }
    noted = {"huggingface": json.dumps({"info": {"features": kinds}})}
    table = pa.table({"text": [f"t{n}" for n in range(len(labels))], "label": labels})
    parquet.write_table(table.replace_schema_metadata(noted), folder / name)


def test_classes_are_read_by_the_names_in_the_file(tmp_path):
    with_classes(tmp_path, "train.parquet", [0, 1])
    with_classes(tmp_path, "test-00000-of-00001.parquet", [1, 1, 0])
    dataset = Parquet(str(tmp_path)).load()
    assert [example.answer for example in dataset.test] == ["good", "good", "bad"]
    assert dataset.task.labels == ("bad", "good")


def test_a_class_of_minus_one_is_an_answer_withheld(tmp_path):
    with_classes(tmp_path, "train.parquet", [0, 1])
    with_classes(tmp_path, "test.parquet", [-1, -1])
    with pytest.warns(UserWarning, match=r"test.parquet has no answers"):
        assert [example.answer for example in Parquet(str(tmp_path)).load().test] == ["", ""]


def test_a_class_without_a_name_is_a_bad_row(tmp_path):
    with_classes(tmp_path, "test.parquet", [1, 2])
    with pytest.raises(ValueError, match=r"row 2: 'label' is 2; expected a class from 0 to 1"):
        Parquet(str(tmp_path)).load()


def test_metadata_that_cannot_be_read_names_no_classes(tmp_path):
    table = pa.table({"question": ["a"], "answer": ["1"]})
    noted = table.replace_schema_metadata({"huggingface": "[" * 100_000})
    parquet.write_table(noted, tmp_path / "test.parquet")
    assert Parquet(str(tmp_path)).load().test[0].answer == "1"
