"""Whatever bytes a file holds, a reader makes a data set of them or says what is wrong with it."""

import gzip
import json
import warnings
from io import BytesIO

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from promptlab.data.csv import Csv
from promptlab.data.fields import Fields
from promptlab.data.jsonl import Jsonl
from promptlab.data.parquet import Parquet
from promptlab.data.task import PartialTask

many = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["A", "#### 4", r"\boxed{3}", "['a', 'b']", "nan", "1/2", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "label", "role", "content", "A"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
NAMES = ["question", "text", "answer", "label", "choices", "answers", "context", "id", "A", "B"]
RECORDS = st.lists(st.dictionaries(st.sampled_from([*NAMES, "input"]), VALUES), max_size=4)
KINDS = st.sampled_from([None, "number", "label", "choice", "yes_no", "text", "code"])
ROOTS = st.sampled_from(["", "input", "input.0.content", "answers.text"])


def tried(source, name):
    """Load, and hold every refusal to be one of those that are written for people."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dataset = source.load()
        except ValueError as error:
            refused = str(error)
        else:
            return told_whole(dataset)
    assert name in refused or "dataset." in refused
    return None


def told_whole(dataset):
    """Hold what was read to be text that any model can be asked."""
    for example in (*dataset.pool, *dataset.test):
        texts = (example.question.text, example.question.context, example.answer)
        json.dumps(texts, ensure_ascii=False).encode()
        assert "nan" not in (example.question.context, example.rationale)
        assert example.question.text.strip()


@many
@given(RECORDS, KINDS, ROOTS, st.booleans())
def test_any_records_as_json(tmp_path, records, kind, root, lines):
    path = tmp_path / ("x.jsonl" if lines else "x.json")
    path.write_text("\n".join(map(json.dumps, records)) if lines else json.dumps(records))
    fields = Fields(question=root, choices="choices" if kind == "choice" else "")
    tried(Jsonl(str(path), fields=fields, task=PartialTask(answer=kind)), path.name)


@many
@given(st.binary(max_size=60), st.sampled_from(["", '{"question": "q"', "[{", "question,answer\n"]))
def test_any_bytes_as_text(tmp_path, data, beginning):
    for name, source in (("x.jsonl", Jsonl), ("x.json", Jsonl), ("x.csv", Csv), ("x.tsv", Csv)):
        for content in (beginning.encode() + data, gzip.compress(data)[: len(data) + 12]):
            (tmp_path / name).write_bytes(content)
            tried(source(str(tmp_path / name)), name)


@many
@given(st.text(st.sampled_from("ab\",'\t\n\r [{\\0-"), max_size=60))
def test_any_table(tmp_path, text):
    for name in ("x.csv", "x.tsv"):
        (tmp_path / name).write_text(f"question,answer\n{text}", newline="")
        tried(Csv(str(tmp_path / name), delimiter=","), name)


@pytest.fixture(scope="module")
def table():
    rows = [{"question": f"q{n}", "choices": ["x", "y"], "answer": n % 2} for n in range(20)]
    written = BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows), written)
    return written.getvalue()


@many
@given(st.data())
def test_any_damage_to_a_parquet_file(tmp_path, table, data):
    place = data.draw(st.integers(0, len(table) - 1))
    damage = data.draw(st.binary(min_size=1, max_size=8))
    path = tmp_path / "x.parquet"
    path.write_bytes(table[:place] + damage + table[place + len(damage) :])
    tried(Parquet(str(path)), path.name)
