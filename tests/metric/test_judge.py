"""A judge: grades on a scale, asked as a role of its own."""

from math import log

import pytest

from promptlab.metric.judge import Judge
from promptlab.metric.judging.judge_prompt import JudgePrompt
from promptlab.model.cache.cached_model import CachedModel
from promptlab.model.scripted import Scripted
from promptlab.program import solve
from promptlab.types import Answer, Completion, Example, Generate, Question, RequestFailed, Score

FOUR = Answer("4")
EXAMPLE = Example(Question("q", "What is 2 + 2?"), "4")


def graded(reply: str, answer: Answer = FOUR, **fields) -> float:
    return solve(Judge(**fields)(answer, EXAMPLE), Scripted(reply))


@pytest.mark.parametrize(
    ("reply", "score"),
    [
        *(("5", 1.0), (" 1", 0.0), ("３", 0.5), ("4/5", 0.75), ("5/5", 1.0), ("Grade: 1 / 5", 0.0)),
        *(("４／５", 0.75), ("3 out of 5", 0.5), ("2 of 5.", 0.25), ("<think>1/5</think>5/5", 1.0)),
        *(("8/10", None), ("10/10", None), ("4/50", None), ("6/5", None)),
    ],
)
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
    for text in ("What is 2 + 2?", "Reference answer:\n4", "graded:\nfour {worst}", "1 (wrong"):
        assert text in request.prompt.text


def test_nobody_is_asked_about_an_answer_that_was_not_read() -> None:
    assert graded("nonsense", Answer("", outcome="unparsed")) == 0


def test_a_scale_needs_two_ends() -> None:
    with pytest.raises(ValueError, match="worst is 5 and best is 5"):
        Judge(worst=5, best=5)


def test_the_expected_grade_is_by_the_probabilities_of_all() -> None:
    probabilities = [0.1, 0.2, 0.1, 0.2, 0.2]  # 0.2 of it elsewhere
    model = Scripted(score=lambda request: [log(p) for p in probabilities])
    grade = solve(Judge(reading="probabilities")(FOUR, EXAMPLE), model)
    expected = sum(
        p * share for p, share in zip(probabilities, [0, 0.25, 0.5, 0.75, 1], strict=True)
    )
    assert grade == pytest.approx(expected / 0.8)


def test_reasons_come_first_and_the_verdict_after_them() -> None:
    program = Judge(reasons=True, reading="probabilities")(FOUR, EXAMPLE)
    (first,) = next(program)
    assert isinstance(first, Generate)
    assert first.sampling.stop == ("Grade:",)
    (second,) = program.send([Completion("It is right.\n")])
    assert isinstance(second, Score)
    assert second.prompt.messages[-1].content == "It is right.\nGrade:"
    assert second.continuations == (" 1", " 2", " 3", " 4", " 5")
    program.close()


def test_repeats_are_averaged_and_one_that_is_no_grade_spoils_no_other() -> None:
    model = Scripted(["5", "none", "1", "2"])
    verdicts = solve(Judge(repeats=4).grade(FOUR, EXAMPLE), model)
    assert verdicts.values == (1.0, None, 0.0, 0.25)
    assert verdicts.mean == pytest.approx(1.25 / 3)
    assert "the judge says 'none'" in str(verdicts.errors[0])


@pytest.mark.parametrize(
    ("reply", "forward", "backward", "mean"),
    [("A", 1, 0, 0.5), ("B", 0, 1, 0.5), ("C", 0.5, 0.5, 0.5)],
)
def test_a_judge_who_looks_at_the_place_alone_finds_a_tie(reply, forward, backward, mean) -> None:
    found = solve(Judge().prefer(FOUR, Answer("5"), EXAMPLE), Scripted(reply))
    assert (found.forward.mean, found.backward.mean, found.mean) == (forward, backward, mean)


def test_a_judge_who_looks_at_the_answers_finds_the_better_wherever_it_is() -> None:
    model = Scripted(lambda r: "A" if "Answer A:\n4\n" in r.prompt.text else "B")
    for answers, mean in (((FOUR, Answer("5")), 1.0), ((Answer("5"), FOUR), 0.0)):
        assert solve(Judge().prefer(*answers, EXAMPLE), model).mean == mean


@pytest.mark.parametrize(
    ("read", "mean"), [((True, False), 1), ((False, True), 0), ((False, False), 0.5)]
)
def test_nobody_is_asked_to_compare_with_an_answer_that_was_not_read(read, mean) -> None:
    answers = [FOUR if there else Answer("", outcome="unparsed") for there in read]
    assert solve(Judge().prefer(*answers, EXAMPLE), Scripted("nonsense")).mean == mean


def test_a_choice_is_shown_with_its_text_lest_letters_be_mixed_up() -> None:
    example = Example(Question("q", "Where?", ("sea", "land")), "A")
    (forward, _) = next(Judge().prefer(Answer("A"), Answer("B"), example))
    assert "Answer A:\n(A) sea\n\nAnswer B:\n(B) land" in forward.prompt.text


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"reading": "probabilities", "best": 10}, "one is the beginning of another"),
        ({"reading": "probabilities", "repeats": 3}, "the same every time"),
        ({"reading": "logits"}, "expected reply or probabilities"),
        ({"repeats": 0}, "expected at least 1"),
    ],
)
def test_what_cannot_be_asked_is_refused(fields, message) -> None:
    with pytest.raises(ValueError, match=message):
        Judge(**fields)


@pytest.mark.parametrize(
    ("fields", "message"), [({"layout": "chat"}, "turns or text"), ({"answer": "{x}"}, "{answer}")]
)
def test_a_prompt_that_cannot_be_filled_in_is_refused(fields, message) -> None:
    with pytest.raises(ValueError, match=message):
        JudgePrompt("mine", **fields)


def test_another_judge_never_inherits_a_verdict(tmp_path) -> None:
    path = str(tmp_path / "completions.db")
    grades = [
        solve(Judge()(FOUR, EXAMPLE), CachedModel(Scripted(reply), path))
        for reply in ("5", "1", "5")
    ]
    assert grades == [1.0, 0.0, 1.0]
    same = CachedModel(Scripted("5"), path)
    solve(Judge()(FOUR, EXAMPLE), same)
    assert same.counts.found == 1
