"""Choose: the most probable of the possible answers."""

import math

import pytest

from promptlab.strategy.choose import Choose
from promptlab.template import Template
from promptlab.types import Answer, Example, Question, Scores, Task

TASK = Task(answer="label", labels=("good", "very bad"))


def asked(strategy: Choose, question: Question, demos=()):
    program = strategy.solve(question, demos)
    (request,) = next(program)
    return program, request


def answered(program, *logprobs: float, lengths: tuple[int, ...]) -> Answer:
    with pytest.raises(StopIteration) as stop:
        program.send([Scores(logprobs, lengths)])
    return stop.value.value


def test_the_most_probable_label_is_the_answer_and_the_shares_sum_to_one() -> None:
    program, request = asked(Choose(TASK), Question("1", "Nice."))
    assert request.prompt.text == "Q: Nice.\nA:"
    assert request.continuations == (" good", " very bad")
    answer = answered(program, math.log(0.2), math.log(0.6), lengths=(1, 2))
    assert answer.text == "very bad"
    assert dict(answer.votes) == pytest.approx({"very bad": 0.75, "good": 0.25})


def test_normalising_by_token_and_by_character_changes_the_winner() -> None:
    question = Question("1", "Nice.")
    for normalise, winner in [("sum", "good"), ("token", "very bad"), ("character", "very bad")]:
        program, _ = asked(Choose(TASK, normalise=normalise), question)
        assert answered(program, -4.0, -5.0, lengths=(1, 2)).text == winner


def test_choices_are_answered_by_letter_after_a_list_of_them() -> None:
    question = Question("1", "Which?", choices=("a bank", "a mall"))
    program, request = asked(Choose(Task(answer="choice")), question)
    assert request.prompt.text == "Q: Which?\nAnswer choices: (A) a bank (B) a mall\nA:"
    assert request.continuations == (" A", " B")
    assert answered(program, -2.0, -1.0, lengths=(1, 1)).text == "B"


def test_choices_can_be_answered_by_text_without_a_list() -> None:
    question = Question("1", "Which?", choices=("a bank", "a mall"))
    demo = Example(Question("d", "Where?", choices=("here", "there")), "B")
    program, request = asked(Choose(Task(answer="choice"), by="text"), question, (demo,))
    assert request.prompt.text == "Q: Where?\nA: there\n\nQ: Which?\nA:"
    assert request.continuations == (" a bank", " a mall")
    assert answered(program, -2.0, -1.0, lengths=(2, 2)).text == "B"


def test_chat_turns_are_continued_without_a_leading_space() -> None:
    template = Template("chat", layout="turns", question="{question}", cue="")
    _, request = asked(Choose(TASK, template), Question("1", "Nice."))
    assert request.continuations == ("good", "very bad")


def test_yes_and_no_can_be_chosen() -> None:
    _, request = asked(Choose(Task(answer="yes_no")), Question("1", "Is it?"))
    assert request.continuations == (" yes", " no")


def test_yes_and_no_are_scored_as_the_demonstrations_show_them() -> None:
    task, question = Task(answer="yes_no"), Question("1", "Is it?")
    for template, word in [(Template("t"), " no"), (Template("t", yes_no=("是", "否")), " 否")]:
        requests = [
            asked(Choose(task, template), question, (Example(Question("d", "Was it?"), no),))[1]
            for no in ("no", "False", "否")
        ]
        assert f"A:{word}\n" in requests[0].prompt.text
        assert word in requests[0].continuations
        assert requests[0] == requests[1] == requests[2]


def test_choices_that_stand_in_the_question_are_scored_by_letter() -> None:
    question = Question("1", "Which?\n(A) a bank\n(B) a mall")
    _, request = asked(Choose(Task(answer="choice")), question)
    assert request.continuations == (" A", " B")


def test_ties_go_to_the_first_label() -> None:
    program, _ = asked(Choose(TASK), Question("1", "Nice."))
    assert answered(program, -1.0, -1.0, lengths=(1, 2)).text == "good"


def test_nothing_finite_makes_no_answer() -> None:
    program, _ = asked(Choose(TASK), Question("1", "Nice."))
    assert answered(program, -math.inf, math.nan, lengths=(1, 2)).outcome == "unparsed"


def test_a_question_without_choices_is_refused_with_what_to_do() -> None:
    with pytest.raises(ValueError, match="'1' of a 'choice' task .* in the place of choose"):
        next(Choose(Task(answer="choice")).solve(Question("1", "2 + 2?"), ()))
