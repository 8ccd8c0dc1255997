"""The data sets in `datasets/`: made by their scripts, balanced, and with pool and test apart."""

import json
import re
import runpy
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from promptlab.data.jsonl import Jsonl

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
SHARED = DATASETS.parents[1] / "shared" / "data"
NAMES = ("arithmetic", "question_types", "sentiment_zh")


@pytest.fixture(params=NAMES)
def dataset(request):
    return Jsonl(str(DATASETS / request.param)).load()


def run(script, folder, monkeypatch):
    monkeypatch.setattr(sys, "argv", [str(script), str(folder)])
    runpy.run_path(str(script), run_name="__main__")


def texts(examples):
    return [example.question.text for example in examples]


def normalised(text):
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", text).casefold())


def pieces(text):
    """Return a text's words, or its pairs of characters where it is Chinese."""
    plain = text.casefold()
    if re.search(r"[一-鿿]", plain):
        return {plain[start : start + 2] for start in range(len(plain) - 1)}
    return set(re.findall(r"\w+", plain))


def closest(some, others):
    sets = [pieces(text) for text in others]
    mine = [pieces(text) for text in some]
    return max(len(one & other) / len(one | other) for one in mine for other in sets)


def test_the_word_problems_come_out_of_their_script_byte_for_byte(tmp_path, monkeypatch):
    run(DATASETS / "arithmetic" / "generate.py", tmp_path, monkeypatch)
    for name in ("train.jsonl", "test.jsonl"):
        assert (tmp_path / name).read_bytes() == (DATASETS / "arithmetic" / name).read_bytes()


def test_the_other_two_come_out_of_their_script_byte_for_byte(tmp_path, monkeypatch):
    run(DATASETS / "scripts" / "deal.py", tmp_path, monkeypatch)
    for name in ("question_types", "sentiment_zh"):
        for split in ("train.jsonl", "test.jsonl"):
            made = (tmp_path / name / split).read_bytes()
            assert made == (DATASETS / name / split).read_bytes()


def test_no_text_is_in_both_or_twice(dataset):
    both = list(map(normalised, texts((*dataset.pool, *dataset.test))))
    assert len(set(both)) == len(both)


@pytest.mark.parametrize(
    ("name", "bound"), [("arithmetic", 0.5), ("question_types", 0.61), ("sentiment_zh", 0.4)]
)
def test_no_test_text_is_close_to_one_of_the_pool(name, bound):
    dataset = Jsonl(str(DATASETS / name)).load()
    assert closest(texts(dataset.test), texts(dataset.pool)) < bound


@pytest.mark.parametrize("name", ["question_types", "sentiment_zh"])
def test_the_classes_are_balanced(name):
    dataset = Jsonl(str(DATASETS / name)).load()
    for examples in (dataset.pool, dataset.test):
        assert len(set(Counter(example.answer for example in examples).values())) == 1


def test_no_first_word_gives_the_type_of_a_question_away():
    dataset = Jsonl(str(DATASETS / "question_types")).load()
    types = {}
    for example in dataset.pool:
        first = example.question.text.split()[0].lower()
        types.setdefault(first, Counter())[example.answer] += 1
    told = sum(
        types[first].most_common(1)[0][0] == example.answer
        for example in dataset.test
        if (first := example.question.text.split()[0].lower()) in types
    )
    assert told / len(dataset.test) < 0.5


def test_every_solution_is_right_and_ends_in_the_answer():
    dataset = Jsonl(str(DATASETS / "arithmetic")).load()
    for example in (*dataset.pool, *dataset.test):
        equations = re.findall(r"(\d+) ([-+*/]) (\d+) = (\d+)", example.rationale)
        for left, sign, right, result in equations:
            one, other = int(left), int(right)
            done = {"+": one + other, "-": one - other, "*": one * other, "/": one / other}
            assert done[sign] == int(result), example
        assert equations[-1][-1] == example.answer


def test_no_telling_is_in_pool_and_test():
    def telling(text):
        return re.sub(r"\d+|\b[A-Z]\w+", "_", text)

    dataset = Jsonl(str(DATASETS / "arithmetic")).load()
    assert not set(map(telling, texts(dataset.pool))) & set(map(telling, texts(dataset.test)))


def test_nothing_is_copied_from_public_data():
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there")
    ours = set()
    for name in NAMES:
        made = Jsonl(str(DATASETS / name)).load()
        ours |= set(map(normalised, texts((*made.pool, *made.test))))
    for path in SHARED.glob("*/*.jsonl"):
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line.startswith("{"):
                record = json.loads(line)
                theirs = (record.get(key) for key in ("question", "text", "context"))
                assert not ours & {normalised(text) for text in theirs if isinstance(text, str)}


@pytest.mark.parametrize("name", NAMES)
def test_each_says_where_it_comes_from(name):
    said = (DATASETS / name / "README.md").read_text(encoding="utf-8")
    assert "Apache-2.0" in said
    assert "Origin" in said
