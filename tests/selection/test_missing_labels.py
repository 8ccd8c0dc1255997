"""Labels that no member of the pool has: what is said, and what is chosen all the same."""

import json
import warnings

import pytest

from promptlab.cli.config.compose import build, compose
from promptlab.ordering.alternating import Alternating
from promptlab.ordering.by_label import ByLabel
from promptlab.selection.combined.balanced import Balanced
from promptlab.selection.combined.stratified import Stratified
from promptlab.selection.first import First
from promptlab.selection.missing_labels import missing_labels, warn_of_missing_labels
from promptlab.selection.zero import Zero
from promptlab.types import Dataset, Example, Question, Task

LABELS = Task(answer="label", labels=("a", "b", "c", "d"))


def examples(part, answers):
    return tuple(Example(Question(f"{part}-{n}", f"{part} {n}"), a) for n, a in enumerate(answers))


def dataset(pool, test, task=LABELS):
    return Dataset("mine", task, examples("pool", pool), examples("test", test))


def test_the_labels_that_no_member_has_are_counted_among_the_questions():
    assert missing_labels(dataset("aab", "abccc")) == {"c": 3, "d": 0}
    assert missing_labels(dataset("abcd", "d")) == {}
    assert missing_labels(dataset("aab", ["c", ""])) == {"c": 1, "d": 0}


def test_yes_and_no_are_known_by_what_they_mean():
    task = Task(answer="yes_no")
    assert missing_labels(dataset(["yes", "是"], ["Yes", "no", "no"], task)) == {"no": 2}
    assert missing_labels(dataset(["true", "false"], ["yes", "no"], task)) == {}


@pytest.mark.parametrize("kind", ["number", "text", "choice", "code"])
def test_other_answers_are_no_labels(kind):
    assert missing_labels(dataset("ab", "cd", Task(answer=kind))) == {}


def test_it_is_told_once_and_only_where_something_is_to_be_shown():
    lacking = dataset("aab", "abccc")
    told = r"no example of 2 labels \(c, d\): 3 of the 5 questions are answered without"
    with pytest.warns(UserWarning, match=told):
        warn_of_missing_labels(lacking, First(2))
    with warnings.catch_warnings(action="error"):
        warn_of_missing_labels(lacking, Zero())
        warn_of_missing_labels(lacking, First(0))
        warn_of_missing_labels(dataset("", "abc"), First(2))
        warn_of_missing_labels(dataset(["", ""], "abc"), First(2))


def test_many_are_named_in_part_and_as_text():
    names = (*"abcdefghijklmn", "x\ny")
    lacking = dataset("a", "b", Task(answer="label", labels=names))
    with pytest.warns(UserWarning, match=r"\(b, c, d, e, f, g, h, i, j, k, l, m, …\)"):
        warn_of_missing_labels(lacking, First(1))
    with pytest.warns(UserWarning, match=r"1 label \(x y\)"):
        warn_of_missing_labels(
            dataset("a", "a", Task(answer="label", labels=("a", "x\ny"))), First(1)
        )


def test_a_run_tells_it_and_a_selection_by_label_shows_the_others(tmp_path):
    for name, answers in (("train", "abab"), ("test", "acc")):
        rows = ({"text": f"{name} {n}", "label": each} for n, each in enumerate(answers))
        lines = (json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text("".join(lines), "utf-8")
    told = ["dataset=jsonl", f"dataset.path={tmp_path}", "folder=x", "k=2", "template=classify_v1"]
    with (
        pytest.warns(UserWarning, match=r"count as wrong: c \(2 of 3 questions\)"),
        warnings.catch_warnings(),
    ):
        build(compose([*told, "selection=balanced"]))
    with pytest.warns(UserWarning, match=r"no example of 1 label \(c\): 2 of the 3 questions"):
        built = build(compose([*told, "selection=balanced", "dataset.task.labels=[a,b,c]"]))
    select = built.selection.fit(built.dataset.pool)
    for example in built.dataset.test:
        assert {demo.answer for demo in select(example.question)} == {"a", "b"}


@pytest.mark.parametrize("selection", [Balanced(4), Stratified(4, First(4))])
@pytest.mark.parametrize("ordering", [Alternating(), ByLabel()])
def test_one_of_each_label_that_there_is_and_in_turn(selection, ordering):
    lacking = dataset("aaabbb", "c")
    asked = lacking.test[0].question
    demos = ordering(selection.fit(lacking.pool)(asked), asked)
    answers = "".join(demo.answer for demo in demos)
    first = answers[0]
    other = {"a": "b", "b": "a"}[first]
    turns = isinstance(ordering, Alternating)
    assert answers == (first + other) * 2 if turns else first * 2 + other * 2
