"""A data set as a whole: what looks like multiple choice is told, and how choices are named."""

import json

import pytest

from promptlab.data.fields import Fields
from promptlab.data.jsonl import Jsonl
from promptlab.data.task import PartialTask


def load(folder, *rows, pool=(), fields=None, **task):
    for name, records in (("test", rows), ("train", pool)):
        if records:
            (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, records)))
    return Jsonl(str(folder), fields=fields or Fields(), task=PartialTask(**task)).load()


IN_TEXT = [
    {"question": "Which burns?\nOptions:\n(A) ice\n(B) coal", "answer": "(B)"},
    {"question": "Which swims?\nOptions:\n(A) cod\n(B) hen", "answer": "(A)"},
]


def test_choices_in_the_question_are_told_where_the_answers_are_letters(tmp_path):
    with pytest.warns(
        UserWarning, match=r"looks like multiple choice: .*dataset.task.answer=choice"
    ):
        assert load(tmp_path, *IN_TEXT).task.answer == "text"


def test_choices_in_the_question_make_a_task_of_choices_where_that_is_said(tmp_path):
    dataset = load(tmp_path, *IN_TEXT, answer="choice")
    assert [(each.answer, each.question.choices) for each in dataset.test] == [("B", ()), ("A", ())]


@pytest.mark.parametrize("answers", [("0", "2"), (0, 2), ("A", "C"), ("ice", "rain")])
def test_a_field_that_lists_choices_is_told(tmp_path, answers):
    listed = (["ice", "mud", "fog"], ["sun", "hail", "rain"])
    rows = [
        {"question": f"q{answer}", "answer": answer, "picks": picks, "notes": ["x"]}
        for answer, picks in zip(answers, listed, strict=True)
    ]
    with pytest.warns(
        UserWarning, match=r"'picks' lists choices; set dataset.fields.choices=picks"
    ):
        load(tmp_path, *rows)


def test_letters_without_any_choices_are_told(tmp_path):
    rows = [{"question": "q", "answer": "B"}, {"question": "r", "answer": "A"}]
    with pytest.warns(UserWarning, match=r"the answers are letters; set dataset.fields.choices="):
        load(tmp_path, *rows)


def test_grades_do_not_look_like_choices(tmp_path, recwarn):
    grades = [{"text": "t", "label": grade} for grade in "AB"]
    load(tmp_path, *grades, pool=grades)
    assert not recwarn.list


def test_aliases_do_not_look_like_choices(tmp_path, recwarn):
    load(tmp_path, {"question": "q", "answer": "Rome", "answers": ["Rome", "Roma"]})
    assert not recwarn.list


COLOURS = [["2", "1", "5"], ["red", "green", "blue"]]


def named(folder, *answers, **task):
    rows = [
        {"question": "q", "choices": choices, "answer": answer}
        for choices, answer in zip(COLOURS, answers, strict=True)
    ]
    return [example.answer for example in load(folder, *rows, answer="choice", **task).test]


def test_digits_are_positions_where_they_are_so_in_every_record(tmp_path):
    assert named(tmp_path, "2", "0") == ["C", "A"]
    assert named(tmp_path, "2", "green") == ["A", "B"]


def test_positions_that_are_never_0_count_from_1_and_that_is_told(tmp_path):
    with pytest.warns(UserWarning, match=r"1 is taken for the first: dataset.task.gold=from_1"):
        assert named(tmp_path, "1", "3") == ["A", "C"]


@pytest.mark.parametrize(
    ("form", "letters"), [("from_0", ["B", "C"]), ("from_1", ["A", "B"]), ("text", ["B", "C"])]
)
def test_how_choices_are_named_may_be_said(tmp_path, form, letters):
    second = "blue" if form == "text" else "2"
    assert named(tmp_path, "1", second, gold=form) == letters


def test_several_right_choices_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"line 1: several right answers, '2' the first"):
        named(tmp_path, ["2", "1"], "red")


def test_answers_that_look_like_lists_are_told(tmp_path):
    rows = [{"question": "q", "answer": "['Ann', 'Bo']"}, {"question": "r", "answer": '["Cy"]'}]
    with pytest.warns(UserWarning, match=r"look like lists; with their field in dataset.fields.al"):
        load(tmp_path, *rows)
    dataset = load(tmp_path, *rows, fields=Fields(aliases="answer"))
    assert [(each.answer, each.aliases) for each in dataset.test] == [("Ann", ("Bo",)), ("Cy", ())]


def test_a_pool_without_answers_is_told(tmp_path):
    with pytest.warns(UserWarning, match=r"train.jsonl has no answers.*such as auto_cot"):
        load(tmp_path, {"question": "q", "answer": "a"}, pool=[{"question": "p"}])
