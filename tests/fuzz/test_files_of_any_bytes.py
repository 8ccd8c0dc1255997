"""Whatever bytes are in a file of data: a data set comes of them, or one message."""

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hostile import BOMBS, FUZZED, entries, files, questions
from hypothesis import given
from hypothesis import strategies as st

from promptlab.data.csv import Csv
from promptlab.data.jsonl import Jsonl
from promptlab.data.parquet import Parquet
from promptlab.data.task import PartialTask
from promptlab.types import Dataset

SOURCES = {
    "data.jsonl": Jsonl,
    "data.csv": Csv,
    "data.tsv": Csv,
    "data.parquet": Parquet,
    "data.jsonl.gz": Jsonl,
    "data.json": Jsonl,
}
KINDS = st.sampled_from([None, "number", "label", "choice", "yes_no", "text", "code"])


@pytest.mark.parametrize("name", SOURCES)
@FUZZED
@given(data=files, kind=KINDS)
def test_a_file_is_read_or_refused_in_one_message(name: str, data: bytes, kind: str) -> None:
    with TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):
        path = Path(folder) / name
        path.write_bytes(data)
        check(SOURCES[name](str(path), task=PartialTask(answer=kind)), folder)


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_file_that_asks_for_much_gets_little(name: str, bomb: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(BOMBS[bomb])
    for kind in (None, "number"):
        dataset = check(SOURCES[name](str(path), task=PartialTask(answer=kind)), str(tmp_path))
        examples = dataset.test if dataset else ()
        assert sum(len(each.question.text) + len(each.answer) for each in examples) < 1_000_000


@FUZZED
@given(rows=st.lists(questions | entries, min_size=1, max_size=3), kind=KINDS)
def test_a_table_of_any_types_is_read_or_refused_in_one_message(rows: list, kind: str) -> None:
    with TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):
        path = Path(folder) / "data.parquet"
        try:
            pq.write_table(pa.Table.from_pylist(rows), path)
        except (pa.ArrowException, ValueError, TypeError, OverflowError):
            return  # Arrow has no type for these
        check(Parquet(str(path), task=PartialTask(answer=kind)), folder)


def check(source, folder: str) -> Dataset | None:
    try:
        dataset = source.load()
    except (ValueError, OSError) as error:
        return refused(error, folder)
    assert isinstance(dataset, Dataset)
    for example in dataset.test:
        asked = example.question
        told = (asked.id, asked.text, asked.context, *asked.choices, *example.aliases)
        assert all(isinstance(text, str) for text in (*told, example.answer))
        assert asked.text.strip()
    return dataset


def refused(error: Exception, folder: str) -> None:
    assert not isinstance(error, UnicodeError)
    assert type(error).__module__ == "builtins"
    # Where the data cannot complete the task, the key to be set is named instead.
    assert folder in str(error) or "dataset." in str(error)
