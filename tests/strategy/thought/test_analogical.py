"""Analogical prompting: recalled problems stand before the question."""

from laws import driven

from promptlab.strategy.thought.analogical import RECALL, Analogical
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.types import Completion, Question, Task

QUESTION = Question("1", "3 + 4?", context="Digits only.")


def asked(*said, **knobs):
    replies = iter(said)
    strategy = Analogical(ChainOfThought(Task(answer="number")), **knobs)
    batches, answer = driven(strategy.solve(QUESTION, ()), lambda _: Completion(next(replies)))
    return [request for (request,) in batches], answer


def test_problems_are_recalled_and_then_stand_before_the_question() -> None:
    (recall, solve), answer = asked("\nQ: {1} + 1? A: It is 2.\n", "The answer is 7.")
    assert recall.text == f"{RECALL}\n\nDigits only.\nQ: 3 + 4?\nA: Relevant problems:"
    assert solve.text == (
        "Digits only.\nRelevant problems:\nQ: {1} + 1? A: It is 2.\nQ: 3 + 4?\nA:"
    )
    assert answer.text == "7"


def test_a_recalled_problem_does_not_end_the_reply_that_recalls() -> None:
    (recall, solve), _ = asked("Q: 1?", "The answer is 7.")
    assert (recall.sampling.stop, solve.sampling.stop) == ((), ("\nQ:",))


def test_where_nothing_is_recalled_the_question_is_asked_as_it_is() -> None:
    (_, solve), _ = asked(" \n", "The answer is 7.")
    assert solve.text == "Digits only.\nQ: 3 + 4?\nA:"


def test_what_a_model_thinks_aloud_is_no_problem_recalled() -> None:
    (_, solve), _ = asked("<think>Hm {x}.</think>2 + 2 = 4", "7", opening="相关问题：")
    assert solve.text == "Digits only.\n相关问题：\n2 + 2 = 4\nQ: 3 + 4?\nA:"
