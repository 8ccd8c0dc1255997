"""Demonstrations that the model writes: questions in one reply, then an answer to each."""

import pytest
from laws import driven, outcome

from promptlab.export.frozen import freeze
from promptlab.selection.learned.generated import Generated, listed
from promptlab.strategy.direct import Direct
from promptlab.strategy.thought.zero_shot_cot import ZeroShotCoT
from promptlab.types import Completion, Example, Failed, Question, RequestFailed, Task

TASK = Task("Compute {x}.", answer="number")
ASKED = Question("q", "How many are 2 and 3?")


def shown(*said, k=2, task=TASK, solver=None, asked=ASKED, **fields):
    """Return the batches that are asked, and the demonstrations."""
    replies = iter(said)
    select = Generated(k, solver or Direct(task), task, **fields).fit([])
    return driven(select(asked), lambda _: Completion(next(replies)))


def test_questions_are_written_and_each_is_answered_without_demonstrations():
    batches, demos = shown(" Q: What is 1 + 1?\nA: 5\n2. 三加四？\n3. Too many?", " 2", " 7")
    ((writing,), answering) = batches
    assert writing.to == "writer"
    assert "Compute {x}.\nDo not answer it: write 2 new questions of the same" in writing.text
    assert writing.text.endswith("Q: How many are 2 and 3?\nA: 1.")
    assert [request.text for request in answering] == [
        "Compute {x}.\n\nQ: What is 1 + 1?\nA:",
        "Compute {x}.\n\nQ: 三加四？\nA:",
    ]
    assert {request.to for request in answering} == {"model"}
    assert [(demo.id, demo.question.text, demo.answer) for demo in demos] == [
        ("q generated 1", "What is 1 + 1?", "2"),
        ("q generated 2", "三加四？", "7"),
    ]


def test_the_question_itself_a_second_of_the_same_and_what_is_not_answered_are_not_shown():
    said = "how many are  2 AND 3?\n2) One?\n3) one?\n4) Two?\n5) Three?"
    batches, demos = shown(said, "1", "no number", "3", k=3, asked=ASKED)
    assert [len(batch) for batch in batches] == [1, 3]
    assert [demo.question.text for demo in demos] == ["One?", "Three?"]


def test_reasoning_that_was_written_is_kept():
    solver = ZeroShotCoT(TASK)
    _, (demo,) = shown(" One?", " 1 + 1 = 2.", " 2", k=1, solver=solver)
    assert (demo.answer, "1 + 1 = 2." in demo.rationale) == ("2", True)


def test_choices_that_were_written_are_choices():
    task = Task(answer="choice")
    asked = Question("q", "Where do fish live?", ("water", "trees"))
    said = " Where do birds fly?\n(A) in air\n(B) in mud\n2. Where?"
    _, demos = shown(said, " (A)", " (B)", task=task, asked=asked)
    assert demos[0].question.choices == ("in air", "in mud")
    assert demos[0].question.text == "Where do birds fly?"


@pytest.mark.parametrize("said", ["", " \n ", "1.", "1. 2"])
def test_where_nothing_is_written_nothing_is_shown(said):
    assert shown(said) == (shown(said)[0], ())


def test_of_none_nobody_is_asked():
    assert shown(k=0) == ([], ())


def test_a_failure_ends_it():
    error = RequestFailed("refused")
    program = Generated(2, Direct(TASK), TASK).fit([])(ASKED)
    assert outcome(program, lambda _: Failed(error)) is error


@pytest.mark.parametrize("k", [-1, 1.5, "4", True])
def test_a_k_that_is_no_number_of_demonstrations_is_refused(k):
    with pytest.raises(ValueError, match="expected a whole number of demonstrations"):
        Generated(k, Direct(TASK), TASK)


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("1. a\nb\n2. c", ["a\nb", "c"]),
        ("（1）甲？\n2、乙？", ["（1）甲？", "乙？"]),
        ("(1) a\nAnswer: 2. no", ["a"]),
        ("1.\n2.\n 12 * 3\n3. 4", ["12 * 3"]),
        ("One?\n2. 2. Two?", ["One?", "2. Two?"]),
    ],
)
def test_a_numbered_list_is_parted(text, entries):
    assert listed(text) == entries


def test_a_winner_keeps_no_pool():
    selection = Generated(2, Direct(TASK), TASK)
    frozen = freeze({"k": 2}, selection, selection.fit([]), [Example(ASKED, "5")])
    assert (frozen.pool, frozen.fixed, frozen.selection) == ((), False, selection)
