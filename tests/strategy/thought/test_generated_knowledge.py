"""Generated knowledge: each statement is answered with, and the surest answer taken."""

import pytest
from laws import driven

from promptlab.strategy.choose import Choose
from promptlab.strategy.direct import Direct
from promptlab.strategy.thought.generated_knowledge import GENERATE, GeneratedKnowledge
from promptlab.types import Completion, Generate, Question, Scores, Task

TASK = Task(answer="label", labels=("yes", "no"))
QUESTION = Question("1", "Do fish {sleep}?")


def asked(statements, answers, inner, **knobs):
    """Draw the statements; then answer with what the prompt's last statement leads to."""

    def reply(request):
        if getattr(request, "to", "") == "writer":
            return Completion(statements[request.sampling.draw])
        return next(said for mark, said in answers.items() if mark in request.text)

    strategy = GeneratedKnowledge(inner, samples=len(statements), task=TASK, **knobs)
    return driven(strategy.solve(QUESTION, ()), reply)


SCORES = {
    "They rest": Scores((-0.1, -3.0), (1, 1)),
    "They swim": Scores((-2.0, -0.5), (1, 1)),
    "": Scores((-2.0, -1.5), (1, 1)),
}
SAID = {
    "They rest": Completion("yes", completion_tokens=1, logprob=-0.1),
    "": Completion("no", completion_tokens=1, logprob=-0.7),
}


def test_statements_are_drawn_in_one_batch_and_answered_with_in_another() -> None:
    batches, _ = asked(["They rest.", "", "They swim.", "They rest."], SCORES, Choose(TASK))
    drawn, scored = batches
    assert {request.text for request in drawn} == {
        f"{GENERATE}\n\nQ: Do fish {{sleep}}?\nA: Knowledge:"
    }
    assert [request.text for request in scored] == [
        "Q: Do fish {sleep}?\nA:",
        "Knowledge: They rest.\nQ: Do fish {sleep}?\nA:",
        "Knowledge: They swim.\nQ: Do fish {sleep}?\nA:",
    ]


def test_the_surest_answer_wins_against_the_most() -> None:
    for inner, answers in ((Choose(TASK), SCORES), (Direct(TASK), SAID)):
        answer = asked(["They rest.", "They swim."], answers, inner)[1]
        assert (answer.text, answer.votes) == ("yes", (("no", 2.0), ("yes", 1.0)))


def test_the_most_win_a_vote() -> None:
    answer = asked(["They rest.", "They swim."], SCORES, Choose(TASK), decide="vote")[1]
    assert answer.text == "no"


def test_answers_of_unknown_probability_vote() -> None:
    answers = {**SAID, "": Completion("no")}
    assert asked(["They rest.", "They swim."], answers, Direct(TASK))[1].text == "no"


def test_without_any_statement_the_question_is_asked_once_as_it_is() -> None:
    batches, answer = asked(["", " \n"], SAID, Direct(TASK))
    assert [type(request) for request in batches[1]] == [Generate]
    assert answer.text == "no"


def test_another_decision_is_refused() -> None:
    with pytest.raises(ValueError, match="decide is 'best'; expected confidence or vote"):
        GeneratedKnowledge(Direct(TASK), decide="best")
