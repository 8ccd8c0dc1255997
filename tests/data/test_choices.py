"""Choices: every form that files give them in."""

import json

import pytest

from promptlab.data.fields import Fields
from promptlab.data.jsonl import Jsonl
from promptlab.data.task import PartialTask


def load(folder, *rows, choices="", **task):
    lines = [json.dumps({"question": f"q{number}", **row}) for number, row in enumerate(rows)]
    (folder / "test.jsonl").write_text("\n".join(lines))
    return Jsonl(str(folder), fields=Fields(choices=choices), task=PartialTask(**task)).load()


def seen(dataset):
    return [(example.question.choices, example.answer) for example in dataset.test]


@pytest.mark.parametrize(
    "record",
    [
        {"choices": ["red", "blue"], "answer": "B"},
        {"options": ["red", "blue"], "answer": "blue"},
        {"choices": [{"label": "A", "text": "red"}, {"label": "B", "text": "blue"}], "answer": "B"},
        {"choices": [{"key": "1", "text": "red"}, {"key": "2", "text": "blue"}], "answer": "2"},
        {"choices": {"A": "red", "B": "blue", "C": None}, "answer": "B"},
        {"choices": {"text": ["red", "blue"], "label": ["1", "2"]}, "answer": "2"},
        {"choices": "['red', 'blue']", "answer": "blue"},
        {"choices": ["red", "blue", None], "answer": "B"},
        {"A": "red", "B": "blue", "answer": "B"},
        {"A": "red", "B": "blue", "C": "", "answer": "B"},
        {"option1": "red", "option2": "blue", "answer": "2"},
        {"option_a": "red", "option_b": "blue", "answer": "b"},
        {"Option A": "red", "Option B": "blue", "answer": "B"},
        {"ending0": "red", "ending1": "blue", "answer": "1"},
        {"option1": "red", "option2": "blue", "answer": "option2"},
    ],
)
def test_every_form_becomes_texts_and_a_letter(tmp_path, record):
    dataset = load(tmp_path, record)
    assert dataset.task.answer == "choice"
    assert seen(dataset) == [(("red", "blue"), "B")]


def test_columns_of_other_names_may_be_given(tmp_path):
    rows = [{"sol1": "sit", "sol2": "run", "label": label} for label in (0, 1)]
    dataset = load(tmp_path, *rows, choices=["sol1", "sol2"])
    assert seen(dataset) == [(("sit", "run"), "A"), (("sit", "run"), "B")]


def test_a_column_that_is_given_must_be_there_and_filled(tmp_path):
    with pytest.raises(ValueError, match=r"line 1: no 'D' of dataset.fields.choices"):
        load(tmp_path, {"A": "x", "answer": "A"}, choices=["A", "D"])
    with pytest.raises(ValueError, match=r"line 1: the choice 'A' is empty"):
        load(tmp_path, {"A": "", "B": "x", "answer": "B"}, choices=["A", "B"])
    with pytest.raises(ValueError, match=r"line 1: no 'picks' .it has question, answer"):
        load(tmp_path, {"answer": "B"}, choices="picks")


def test_columns_that_only_look_like_choices_are_none_where_an_answer_is_not_among_them(tmp_path):
    dataset = load(tmp_path, {"A": 2, "B": 3, "answer": 5}, {"A": 2, "B": 4, "answer": 6})
    assert (dataset.task.answer, seen(dataset)[0]) == ("number", ((), "5"))


def test_one_answer_beyond_columns_that_look_like_choices_is_a_bad_line(tmp_path):
    rows = [{"A": "x", "B": "y", "answer": answer} for answer in "ABAE"]
    with pytest.raises(
        ValueError, match=r"(?s)1 of 4 .*line 4: the answer 'E' is none of the 2 choices"
    ):
        load(tmp_path, *rows)


def test_options_that_do_not_hold_the_answers_are_none(tmp_path):
    dataset = load(tmp_path, {"options": ["fast"], "answer": "x"}, {"options": 3, "answer": "y"})
    assert dataset.task.answer == "text"


def test_a_choice_without_a_text_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"'choices' has a choice without text or content"):
        load(tmp_path, {"choices": [{"label": "A"}], "answer": "A"})
