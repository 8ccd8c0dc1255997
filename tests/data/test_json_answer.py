"""Answers that a record holds as JSON."""

import json

import pytest

from promptlab.data.jsonl import Jsonl
from promptlab.data.task import PartialTask


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"名": "李", "ages": [1, 2.5]}, '{"名": "李", "ages": [1, 2.5]}'),
        ([1, 2], "[1, 2]"),
        (True, "true"),
        ('{"a": 1}', '{"a": 1}'),
    ],
)
def test_an_answer_that_is_json_is_the_text_that_says_it(answer, text, tmp_path) -> None:
    for part in ("train", "test"):
        record = {"question": f"{part}?", "answer": answer}
        (tmp_path / f"{part}.jsonl").write_text(json.dumps(record) + "\n")
    loaded = Jsonl(str(tmp_path), task=PartialTask(answer="json")).load()
    assert loaded.test[0].answer == text
