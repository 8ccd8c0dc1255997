"""Choices: every way to name the right one becomes a letter."""

import json

import pytest

from promptlab.data.jsonl import Jsonl
from promptlab.data.task import PartialTask

COLOURS = ["red", "green", "blue"]


def answer(folder, **record):
    row = {"question": "q", "choices": COLOURS, **record}
    (folder / "test.jsonl").write_text(json.dumps(row))
    dataset = Jsonl(str(folder), task=PartialTask(answer="choice")).load()
    return dataset.test[0].answer


@pytest.mark.parametrize("written", ["B", "b", "(B)", "B.", "（B）", "green", 1])
def test_a_letter_a_text_or_a_position_is_the_letter(tmp_path, written):
    assert answer(tmp_path, answer=written) == "B"


def test_a_position_may_stand_in_a_field_of_its_own(tmp_path):
    assert answer(tmp_path, answer_idx=2) == "C"
    assert answer(tmp_path, answer_idx="2") == "C"


def test_choices_may_bring_their_own_labels(tmp_path):
    choices = {"text": COLOURS, "label": ["1", "2", "3"]}
    assert answer(tmp_path, choices=choices, answer="2") == "B"


def test_choices_may_be_written_as_json(tmp_path):
    assert answer(tmp_path, choices=json.dumps(COLOURS), answer="blue") == "C"


def test_a_capital_letter_is_a_letter_even_where_it_is_a_choice(tmp_path):
    assert answer(tmp_path, choices=["C", "A", "B"], answer="A") == "A"


def test_a_small_letter_is_a_choice_where_there_is_such_a_choice(tmp_path):
    assert answer(tmp_path, choices=["c", "a", "b"], answer="a") == "B"


def test_digits_as_text_are_the_text_of_a_choice(tmp_path):
    assert answer(tmp_path, choices=["2", "1", "0"], answer="0") == "C"


@pytest.mark.parametrize("written", ["D", "yellow", 3, -1])
def test_what_is_none_of_the_choices_is_a_bad_line(tmp_path, written):
    with pytest.raises(
        ValueError, match=rf"line 1: the answer {written!r} is none of the 3 choices"
    ):
        answer(tmp_path, answer=written)


def test_a_position_beyond_the_choices_is_a_bad_line(tmp_path):
    with pytest.raises(ValueError, match=r"'answer_idx' is '3'; expected a position in 3 choices"):
        answer(tmp_path, answer_idx=3)


def test_a_task_of_choices_needs_choices(tmp_path):
    with pytest.raises(ValueError, match=r"line 1: no choices, which a task of choices needs"):
        answer(tmp_path, choices=[], answer="A")


def test_there_are_no_more_choices_than_letters(tmp_path):
    with pytest.raises(ValueError, match=r"27 choices; expected at most 26"):
        answer(tmp_path, choices=list(map(str, range(27))), answer="1")
