"""A judge: grades on a scale, asked as a role of its own."""

import pytest

from promptlab.metric.judge import Judge
from promptlab.model.scripted import Scripted
from promptlab.program import solve
from promptlab.types import Answer, Example, Generate, Question, RequestFailed

FOUR = Answer("4")
EXAMPLE = Example(Question("q", "What is 2 + 2?"), "4")


def graded(reply: str, answer: Answer = FOUR, **fields) -> float:
    return solve(Judge(**fields)(answer, EXAMPLE), Scripted(reply))


@pytest.mark.parametrize(("reply", "score"), [("5", 1.0), (" 1", 0.0), ("３", 0.5), ("4/5", None)])
def test_a_grade_is_a_share_of_the_scale(reply: str, score: float | None) -> None:
    if score is None:
        with pytest.raises(RequestFailed, match="expected a number from 1 to 5"):
            graded(reply)
    else:
        assert graded(reply) == score


@pytest.mark.parametrize("reply", ["", "very good", "7", "0", "-3"])
def test_a_reply_that_is_no_grade_is_said(reply: str) -> None:
    with pytest.raises(RequestFailed, match="expected a number from 1 to 5"):
        graded(reply)


def test_the_judge_is_asked_and_sees_question_reference_and_answer() -> None:
    program = Judge()(Answer("four {worst}"), EXAMPLE)
    (request,) = next(program)
    program.close()
    assert isinstance(request, Generate)
    assert request.to == "judge"
    for text in ("What is 2 + 2?", "Reference answer: 4", "to be graded: four {worst}", "1 (wrong"):
        assert text in request.prompt.text


def test_nobody_is_asked_about_an_answer_that_was_not_read() -> None:
    assert graded("nonsense", Answer("", outcome="unparsed")) == 0


def test_a_scale_needs_two_ends() -> None:
    with pytest.raises(ValueError, match="worst is 5 and best is 5"):
        Judge(worst=5, best=5)
