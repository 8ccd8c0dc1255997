"""The task: what is given wins, the rest is completed from the data."""

import json

import pytest

from promptlab.data.jsonl import Jsonl
from promptlab.data.task import PartialTask
from promptlab.types import Task


def load(folder, test, pool=(), **task):
    for name, rows in (("test", test), ("train", pool)):
        if rows:
            (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return Jsonl(str(folder), task=PartialTask(**task)).load()


def asked(*answers, **more):
    return [{"question": f"q{n}", "answer": answer, **more} for n, answer in enumerate(answers)]


def labelled(*labels):
    return [{"text": f"t{n}", "label": label} for n, label in enumerate(labels)]


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (["1", "-2", "3,000", "4.5", "1e3", ".5"], "number"),
        (["0.5", "1/3", "-2/7", "\\frac{1}{2}"], "number"),
        (["1/2", "3/4"], "text"),
        (["1", "1/0"], "text"),
        (["1", "two"], "text"),
        (["1", "1,00"], "text"),
        (["yes", "No"], "yes_no"),
        ([True, False], "yes_no"),
        (["是", "否"], "yes_no"),
        (["yes", "true"], "text"),
        (["Paris"], "text"),
    ],
)
def test_the_kind_of_answer_is_told_from_the_answers(tmp_path, answers, kind):
    assert load(tmp_path, asked(*answers)).task.answer == kind


def test_the_pool_tells_the_kind_where_there_is_one(tmp_path):
    assert load(tmp_path, asked("1"), pool=asked("one")).task.answer == "text"


def test_a_pool_without_answers_leaves_the_kind_to_the_test(tmp_path):
    assert load(tmp_path, asked("1"), pool=[{"question": "p"}]).task.answer == "number"


def test_choices_in_every_record_make_a_task_of_choices(tmp_path):
    dataset = load(tmp_path, asked("A", choices=["x", "y"]))
    assert dataset.task.answer == "choice"
    assert dataset.test[0].question.choices == ("x", "y")


def test_yes_and_no_are_no_choices_unless_that_is_said(tmp_path):
    test = asked("yes", "no", choices=["yes", "no"])
    inferred = load(tmp_path, test)
    assert (inferred.task.answer, inferred.test[0].question.choices) == ("yes_no", ())
    given = load(tmp_path, test, answer="choice")
    assert [example.answer for example in given.test] == ["A", "B"]


def test_what_is_given_wins(tmp_path):
    dataset = load(tmp_path, asked("1"), answer="code", instruction="Do.")
    assert dataset.task == Task("Do.", "code")


def test_a_whole_task_is_taken_as_it_is(tmp_path):
    (tmp_path / "test.jsonl").write_text('{"question": "q", "answer": "1"}')
    task = Task("Add.", "number")
    assert Jsonl(str(tmp_path), task=task).load().task == task


def test_labels_are_those_of_the_pool_sorted(tmp_path):
    dataset = load(tmp_path, labelled("b"), pool=labelled("c", "a", "c", "b"))
    assert dataset.task.labels == ("a", "b", "c")


def test_labels_are_those_of_the_whole_pool_under_a_limit(tmp_path):
    load(tmp_path, labelled("b"), pool=labelled("c", "a", "b"))
    assert Jsonl(str(tmp_path), pool_limit=1).load().task.labels == ("a", "b", "c")


def test_given_labels_keep_their_order(tmp_path):
    dataset = load(tmp_path, labelled("b"), pool=labelled("a"), labels=["b", "a"])
    assert dataset.task.labels == ("b", "a")


def test_a_label_of_the_test_alone_is_no_label_and_is_warned_of(tmp_path):
    with pytest.warns(UserWarning, match=r"will count as wrong: strange"):
        dataset = load(tmp_path, labelled("strange", "a"), pool=labelled("a", "b"))
    assert dataset.task.labels == ("a", "b")


def test_labels_must_be_known(tmp_path):
    with pytest.raises(ValueError, match=r"set dataset.task.labels=.*, or dataset.pool="):
        load(tmp_path, labelled("a", "b"))


def test_the_pool_must_keep_to_the_given_labels(tmp_path):
    with pytest.raises(
        ValueError, match=r"the pool has labels that dataset.task.labels leaves out: c"
    ):
        load(tmp_path, labelled("a"), pool=labelled("a", "c"), labels=["a", "b"])


def test_labels_that_yaml_takes_for_true_and_false_are_those_of_the_data(tmp_path):
    dataset = load(tmp_path, labelled(True), pool=labelled(True, False), labels=[True, False])
    assert (dataset.task.labels, dataset.test[0].answer) == (("true", "false"), "true")
    dataset = load(tmp_path, labelled("Yes"), pool=labelled("Yes", "No"), labels=[True, False])
    assert (dataset.task.labels, dataset.test[0].answer) == (("Yes", "No"), "Yes")


def test_labels_keep_their_zeros_and_lose_the_spaces_around_them(tmp_path):
    dataset = load(tmp_path, labelled("01 "), pool=labelled("01", " 02"), labels=["01", "02"])
    assert (dataset.task.labels, dataset.test[0].answer) == (("01", "02"), "01")


@pytest.mark.parametrize("named", [["0", "2"], [0, 1], ["A", "C"], ["dial", "hum"]])
def test_labels_that_name_choices_make_a_task_of_choices(tmp_path, named):
    listed = [["dial", "eat", "rain"], ["read", "run", "hum"]]
    rows = [
        {"text": f"t{label}", "label": label, "choices": choices}
        for label, choices in zip(named, listed, strict=True)
    ]
    dataset = load(tmp_path, rows)
    assert dataset.task.answer == "choice"
    assert dataset.test[0].answer == "A"


def test_labels_among_the_same_choices_everywhere_are_labels(tmp_path):
    rows = [{"text": "t", "label": label, "choices": ["neg", "pos"]} for label in ("pos", "neg")]
    assert load(tmp_path, rows, pool=rows).task.answer == "label"


def test_a_form_of_gold_that_there_is_not_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match=r"task.gold is 'box'; expected one of .*mean boxed"):
        PartialTask(gold="box")


def test_labels_that_are_numbers_are_labels(tmp_path):
    dataset = load(tmp_path, labelled(0), pool=labelled(0, 1))
    assert (dataset.task.answer, dataset.task.labels) == ("label", ("0", "1"))


def test_labels_that_differ_in_case_alone_are_told_apart_and_warned_of(tmp_path):
    with pytest.warns(UserWarning, match="'US', 'us' differ in case, width or spacing alone"):
        dataset = load(tmp_path, labelled("us"), labelled("US", "us", "it"))
    assert dataset.task.labels == ("US", "it", "us")


def test_answers_of_several_lines_are_told_from_the_pool_or_else_the_test(tmp_path):
    lines, line = asked("red\nblue"), asked("red")
    assert load(tmp_path, line, lines).task.multiline
    assert not load(tmp_path, lines, line).task.multiline
    assert not load(tmp_path, lines, multiline=False).task.multiline
