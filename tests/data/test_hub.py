"""The hub, tried on a folder that `datasets` reads without a connection."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from promptlab.data.hub import Hub

# Where the package is missing, Python still finds a folder called `datasets`, which has no file.
FOUND = importlib.util.find_spec("datasets")
needs_datasets = pytest.mark.skipif(
    FOUND is None or FOUND.origin is None,
    reason='datasets is missing: pip install "promptlab[hub]"',
)


@pytest.fixture
def folder(tmp_path):
    for name, rows in (("train", [("p", "a"), ("q", "b")]), ("test", [("r", "b")])):
        lines = [json.dumps({"text": text, "label": label}) for text, label in rows]
        path = tmp_path / "reviews" / f"{name}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
    return str(tmp_path / "reviews")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    if FOUND is not None and FOUND.origin is not None:
        import datasets

        monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)


@needs_datasets
def test_splits_are_told_by_their_names(folder):
    dataset = Hub(folder).load()
    assert [example.question.text for example in dataset.pool] == ["p", "q"]
    assert [example.answer for example in dataset.test] == ["b"]
    assert dataset.task.labels == ("a", "b")


@needs_datasets
def test_classes_are_read_by_their_names(tmp_path):
    import datasets

    features = datasets.Features(
        text=datasets.Value("string"), label=datasets.ClassLabel(names=["bad", "good"])
    )
    made = datasets.Dataset.from_dict({"text": ["x", "y"], "label": [1, 0]}, features=features)
    from promptlab.data.hub import _rows

    assert [row.values["label"] for row in _rows(made)] == ["good", "bad"]


@needs_datasets
def test_a_class_of_minus_one_is_an_answer_withheld():
    import datasets

    features = datasets.Features(
        text=datasets.Value("string"), label=datasets.ClassLabel(names=["bad", "good"])
    )
    made = datasets.Dataset.from_dict({"text": ["x"], "label": [-1]}, features=features)
    from promptlab.data.hub import _rows

    assert next(_rows(made)).values["label"] is None


@needs_datasets
def test_a_file_that_cannot_be_read_is_one_message(folder):
    with (Path(folder) / "train.jsonl").open("a") as file:
        file.write('{"text": ')
    with pytest.raises(ValueError, match=r"datasets cannot read .*reviews: ") as error:
        Hub(folder).load()
    assert "\n" not in str(error.value)


@needs_datasets
def test_a_split_that_there_is_not_is_answered_with_the_nearest(folder):
    with pytest.raises(
        ValueError, match=r"no split 'tset'; expected one of .*dataset.test=. Did you mean test"
    ):
        Hub(folder, test="tset").load()


@needs_datasets
def test_without_a_connection_it_says_what_to_do():
    with pytest.raises(
        ConnectionError, match=r"cannot be reached for 'nobody/nothing'.*dataset=parquet"
    ):
        Hub("nobody/nothing").load()


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(ImportError, match=r'pip install "promptlab\[hub\]"'):
        Hub("openai/gsm8k").load()
