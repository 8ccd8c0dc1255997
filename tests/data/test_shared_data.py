"""Real public data sets load unchanged; where they are not beside the checkout, this is skipped."""

import json
import warnings
from functools import cache
from pathlib import Path

import pytest

from promptlab.cli.command.data import data as data_command
from promptlab.data.jsonl import Jsonl
from promptlab.leakage import leaks
from promptlab.selection.exclusion import plain

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
KINDS = {
    "addsub": ("number", 0, 395),
    "agnews": ("label", 64, 7600),
    "aqua": ("choice", 0, 254),
    "arc_challenge": ("choice", 1056, 1172),
    "asdiv": ("number", 0, 2096),
    "banking77": ("label", 10003, 3080),
    "bbh": ("text", 81, 6511),
    "boolq": ("yes_no", 2000, 3270),
    "bustm": ("label", 160, 1772),
    "cb": ("label", 250, 56),
    "cmmlu": ("choice", 335, 11582),
    "commonsenseqa": ("choice", 9741, 1221),
    "date_understanding": ("choice", 0, 369),
    "emotion": ("label", 10000, 2000),
    "flores": ("text", 997, 1012),
    "game24": ("text", 0, 1362),
    "gsm8k": ("number", 7473, 1319),
    "gsm_hard": ("number", 0, 1319),
    "humaneval": ("text", 0, 164),
    "last_letters": ("text", 1000, 500),
    "mbpp": ("text", 374, 500),
    "mmlu": ("choice", 285, 14042),
    "multiarith": ("number", 0, 600),
    "nq_open": ("text", 0, 3569),
    "rte": ("label", 2490, 277),
    "scifact": ("text", 809, 300),
    "shuffled_objects": ("choice", 0, 750),
    "singleeq": ("number", 0, 508),
    "squad_sample": ("text", 0, 500),
    "sst2": ("label", 6920, 1821),
    "strategyqa": ("yes_no", 2061, 229),
    "subj": ("label", 8000, 2000),
    "tnews": ("label", 1185, 2010),
    "truthfulqa": ("text", 0, 817),
    "xsum": ("text", 0, 999),
}


@cache
def load(name, **settings):
    """Load a set once, in whole: it is frozen."""
    if not (DATA / name).is_dir():
        pytest.skip(f"{DATA / name} is not there")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*game24.*has no answers")
        return Jsonl(str(DATA / name), **settings).load()


@pytest.mark.parametrize("name", KINDS)
def test_a_folder_loads_unchanged(name):
    dataset = load(name)
    assert (dataset.task.answer, len(dataset.pool), len(dataset.test)) == KINDS[name]
    ids = [example.id for example in (*dataset.pool, *dataset.test)]
    assert len(set(ids)) == len(ids)
    assert all(example.answer for example in dataset.test) or name == "game24"


@pytest.mark.parametrize(("name", "count"), [("banking77", 77), ("tnews", 15), ("sst2", 2)])
def test_labels_come_from_the_pool(name, count):
    dataset = load(name)
    assert len(dataset.task.labels) == count
    assert {example.answer for example in dataset.pool} == set(dataset.task.labels)


def test_a_limit_on_a_file_sorted_by_label_draws_from_many_labels():
    assert len({example.answer for example in load("banking77", limit=100).test}) > 40


@pytest.mark.parametrize(
    ("name", "pool"),
    [
        *((name, "train") for name in ("banking77", "boolq", "cmmlu", "emotion", "mbpp", "mmlu")),
        *((name, "train") for name in ("scifact", "sst2", "subj")),
        ("emotion", "dev"),
    ],
)
def test_the_leaks_that_are_listed_are_found_and_no_others(name, pool):
    data = load(name) if pool == "train" else load(name, pool=f"{pool}.jsonl")
    found = {
        (data.pool[leak.pool].id, data.test[leak.test].id)
        for leak in leaks(data.pool, data.test, near=2)
    }
    listed = json.loads((DATA / name / "leaks.json").read_text("utf-8"))[pool]
    # The same to a reader, in characters that only look like those of the other (⼀ and 一).
    unlisted = {("cmmlu-dev-high_school_mathematics-2", "cmmlu-test-high_school_mathematics-159")}
    expected = {(member, asked) for member, some in listed.items() for asked in some}
    assert found == expected | (unlisted if name == "cmmlu" else set())


def test_no_question_of_agnews_or_bbh_stands_in_the_pool_to_the_letter():
    for name in ("agnews", "bbh"):
        data = load(name)
        assert leaks(data.pool, data.test, near=2) == []


@pytest.mark.parametrize(
    ("name", "texts", "near"),
    [("agnews", 0, 0), ("banking77", 29, 106), ("rte", 0, 0), ("tnews", 0, 0)],
)
def test_leaks_are_as_many_as_are_known(name, texts, near):
    data = load(name)
    hows = [leak.how for leak in leaks(data.pool, data.test)]
    assert (hows.count("text"), hows.count("near"), len(hows)) == (texts, near, texts + near)


def test_of_the_bracket_sequences_of_bbh_none_is_nearly_another():
    data = load("bbh")
    found = leaks(data.pool, data.test)
    assert len(found) == 16
    assert not any("dyck" in data.test[leak.test].id for leak in found)


def test_bbh_repeats_twelve_of_its_demonstrations_and_five_of_its_questions():
    data = load("bbh")
    pool, test = ([plain(each.question) for each in part] for part in (data.pool, data.test))
    assert (len(pool) - len(set(pool)), len(test) - len(set(test))) == (12, 5)
    twice = {each.id for each, key in zip(data.pool, pool, strict=True) if pool.count(key) > 1}
    sizes = ("three", "five", "seven")
    kinds = ("logical_deduction", "tracking_shuffled_objects")
    assert twice == {
        f"bbh-demo-{kind}_{size}_objects-{n}" for kind in kinds for size in sizes for n in range(3)
    }


def test_the_data_command_tells_the_twelve_repeats_of_bbh(capsys, monkeypatch):
    load("bbh")
    monkeypatch.setenv("COLUMNS", "120")
    data_command([str(DATA / "bbh"), "model=scripted"])
    said = capsys.readouterr().out
    assert "repeated in the pool: 12 questions" in said
    assert "repeated in the test: 5 questions" in said
    assert "16 near-duplicates: similarity at least 0.9" in said
