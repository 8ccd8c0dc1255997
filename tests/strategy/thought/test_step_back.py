"""Step-back prompting: the general question is asked alone, and its answer shown."""

from laws import driven

from promptlab.strategy.direct import Direct
from promptlab.strategy.thought.step_back import ABSTRACT, GROUND, StepBack
from promptlab.types import Completion, Question, Task

QUESTION = Question("1", "Who ruled in 1804?")


def asked(*said, **knobs):
    replies = iter(said)
    strategy = StepBack(Direct(Task()), **knobs)
    batches, answer = driven(strategy.solve(QUESTION, ()), lambda _: Completion(next(replies)))
    return [request.text for (request,) in batches], answer


def test_a_general_question_is_asked_for_then_asked_then_shown() -> None:
    texts, answer = asked(" Who ruled {when}?", "One emperor\nafter another.", "Napoleon")
    assert texts == [
        f"{ABSTRACT}\n\nQ: Who ruled in 1804?\nA: Stepback Question:",
        "Q: Who ruled {when}?\nA:",
        f"{GROUND}\nWho ruled {{when}}?\nOne emperor\nafter another.\nQ: Who ruled in 1804?\nA:",
    ]
    assert answer.text == "Napoleon"


def test_without_a_general_question_the_question_is_asked_as_it_is() -> None:
    assert asked("", "Napoleon")[0][1:] == ["Q: Who ruled in 1804?\nA:"]


def test_without_its_answer_the_question_is_asked_as_it_is() -> None:
    assert asked("谁统治？", " ", "Napoleon", ground="参考：")[0][2] == "Q: Who ruled in 1804?\nA:"
