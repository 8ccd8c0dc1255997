"""Plan-and-solve: what the reply begins with, in both stages."""

from laws import driven

from promptlab.strategy.thought.plan_and_solve import PLAN, PLAN_PLUS, PlanAndSolve
from promptlab.strategy.thought.zero_shot_cot import ZeroShotCoT
from promptlab.types import Completion, Question, Task

QUESTION = Question("1", "3 + 4 = {x}?")


def asked(**knobs):
    replies = iter([" Plan: add. 3 + 4 = 7.", " 7."])
    strategy = PlanAndSolve(ZeroShotCoT(Task(answer="number")), **knobs)
    batches, answer = driven(strategy.solve(QUESTION, ()), lambda _: Completion(next(replies)))
    return [request.text for (request,) in batches], answer


def test_the_plan_is_asked_for_and_then_the_answer_after_it() -> None:
    (first, second), answer = asked()
    assert first == f"Q: 3 + 4 = {{x}}?\nA:{PLAN}"
    assert second.startswith(first + " Plan: add. 3 + 4 = 7.\nTherefore, the answer")
    assert (answer.text, answer.rationale) == ("7", "Plan: add. 3 + 4 = 7.")


def test_plus_says_more() -> None:
    assert asked(plus=True)[0][0].endswith(PLAN_PLUS)


def test_the_words_may_be_chinese() -> None:
    assert asked(plan="先制定计划，再求解。")[0][0].endswith("A:先制定计划，再求解。")
