"""Gold: taken out of worked solutions, and refused where it cannot be right."""

import json

import pytest

from promptlab.data.jsonl import Jsonl
from promptlab.data.record.gold import is_number, split_boxed
from promptlab.data.task import PartialTask
from promptlab.metric.accuracy import Accuracy
from promptlab.types import Answer


def load(folder, *answers, pool=(), **task):
    for name, golds in (("test", answers), ("train", pool)):
        rows = [{"question": f"{name} {n}", "answer": gold} for n, gold in enumerate(golds)]
        if rows:
            (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return Jsonl(str(folder), task=PartialTask(**task)).load()


def gold(dataset):
    return [example.answer for example in dataset.test]


WORKED = ["He has 3*4=<<3*4=12>>12 nuts.\n#### 12", "That is 2+3=<<2+3=5>>5.\n#### 1,005"]
BOXED = [r"As $2^3 = 8$, it is $\boxed{8}$.", r"So \boxed{\frac{1}{2}} is left."]


def test_the_answer_after_hashes_is_the_gold_and_the_rest_the_rationale(tmp_path):
    with pytest.warns(UserWarning, match=r"from `#### …` in worked.*dataset.task.gold=hash agrees"):
        dataset = load(tmp_path, *WORKED, pool=WORKED)
    assert (dataset.task.answer, gold(dataset)) == ("number", ["12", "1,005"])
    assert dataset.pool[0].rationale == "He has 3*4=12 nuts."


def test_a_right_reply_to_a_worked_question_is_right(tmp_path):
    dataset = load(tmp_path, *WORKED, gold="hash", answer="number")
    score = Accuracy(dataset.task)
    assert score(Answer("12"), dataset.test[0]) == 1
    assert score(Answer("3"), dataset.test[0]) == 0


def test_the_last_box_of_a_solution_is_the_gold(tmp_path):
    with pytest.warns(UserWarning, match=r"from `\\boxed{…}` in worked"):
        dataset = load(tmp_path, *BOXED, answer="number")
    assert gold(dataset) == ["8", r"\frac{1}{2}"]
    assert dataset.test[0].rationale == "As $2^3 = 8$, it is $8$."


def test_what_a_file_calls_a_label_is_no_worked_solution(tmp_path, recwarn):
    labels = [r"about \boxed{", r"a \boxed{b}", "#### 12"]
    rows = [{"question": f"question {n}", "label": label} for n, label in enumerate(labels)]
    for name in ("test", "train"):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    dataset = Jsonl(str(tmp_path)).load()
    assert gold(dataset) == labels
    assert set(dataset.task.labels) == set(labels)
    assert not recwarn.list


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"\boxed{7}", ("", "7")),
        (r"$\boxed{7}$.", ("", "7")),
        (
            r"a \boxed{1} b \boxed{\text{in } \{2\}}",
            (r"a \boxed{1} b \text{in } \{2\}", r"\text{in } \{2\}"),
        ),
        (r"so \boxed 5.", ("so 5.", "5")),
        (r"so \fbox{5}", ("so 5", "5")),
        (r"so \boxed{5", ("so 5", "5")),
        (r"so \boxed{}", None),
        ("so 5", None),
    ],
)
def test_a_box_is_read_to_its_own_brace(text, found):
    assert split_boxed(text) == found


def test_what_is_told_may_be_said_or_refused(tmp_path, recwarn):
    assert gold(load(tmp_path, *BOXED, gold="boxed", answer="number"))[0] == "8"
    assert gold(load(tmp_path, *WORKED, gold="whole")) == WORKED
    assert not recwarn.list


def test_a_form_that_is_said_must_be_there(tmp_path):
    with pytest.raises(
        ValueError, match=r"line 2: the answer has no `#### …`, as dataset.task.gold"
    ):
        load(tmp_path, WORKED[0], "12", gold="hash")


def test_a_rationale_of_its_own_is_kept(tmp_path):
    row = {"question": "q", "answer": WORKED[0], "rationale": "Three fours."}
    (tmp_path / "test.jsonl").write_text(json.dumps(row))
    dataset = Jsonl(str(tmp_path), task=PartialTask(gold="hash")).load()
    assert dataset.test[0].rationale == "Three fours."


@pytest.mark.parametrize(
    "written",
    [
        *(
            "7",
            "-7",
            "+7",
            "7.50",
            "1,000",
            "$18",
            "18$",
            "50%",
            "3 km",
            "12 dollars",
            "1/2",
            "1 1/2",
        ),
        *(
            "½",
            r"\frac{1}{2}",
            r"$\frac{1}{2}$",
            "２５",
            "5个",
            "3千克",
            r"90^\circ",
            r"18\text{ cm}",
        ),
        *("twenty-five", "二十五", "1e3", "5 cm^2", "7."),
    ],
)
def test_one_number_with_its_unit_is_a_number(written):
    assert is_number(written)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "12:30",
            "2:3",
            "(3, 4)",
            "2, 3, 4",
            "5 km 300 m",
            "2024-05-06",
            "3-5",
            "5 or 6",
            "1.2.3",
        ),
        *("at least 5", "5 or more", "5 to", "x^2", "2x+1", "none", "", "(5)", "1e2000000000"),
        *(r"2\sqrt{3}", r"\frac{\pi}{2}", "2516_8", "5以上", "三到五", "1" * 401),
    ],
)
def test_what_is_more_or_less_than_one_number_is_none(written):
    assert not is_number(written)


@pytest.mark.parametrize("answer", ["12:30", "2:3", "(3, 4)"])
def test_a_task_of_numbers_refuses_such_gold_with_its_line(tmp_path, answer):
    with pytest.raises(ValueError, match=r"line 2: the answer .* is not one number, as a task of"):
        load(tmp_path, "7", answer, answer="number")


def test_a_worked_solution_among_numbers_is_refused_with_what_to_set(tmp_path):
    with pytest.raises(ValueError, match=r"line 3: .*set dataset.task.gold=hash"):
        load(tmp_path, "7", "8", WORKED[0], answer="number")


def test_a_task_of_yes_and_no_refuses_other_gold(tmp_path):
    with pytest.raises(ValueError, match=r"line 2: the answer 'blue' is neither yes nor no"):
        load(tmp_path, "yes", "blue", answer="yes_no")


def test_several_answers_are_refused_where_one_is_right(tmp_path):
    with pytest.raises(ValueError, match=r"line 1: several right answers, 'a' the first; expected"):
        load(tmp_path, ["a", "b"], answer="label", labels=["a", "b"])
