"""Simpler questions are asked as what they ask for, whatever the data set's answers are."""

import pytest
from laws import built, driven

from promptlab.output.choice import Choice
from promptlab.output.free import Free
from promptlab.strategy.decomposition.decomposed import Decomposed
from promptlab.strategy.decomposition.simpler_task import asked_as
from promptlab.strategy.direct import Direct
from promptlab.strategy.programs.pal import PAL
from promptlab.strategy.thought.zero_shot_cot import ZeroShotCoT
from promptlab.strategy.voting.self_consistency import SelfConsistency
from promptlab.types import Completion, Question, Task

QUESTION = Question("q", "Is the fee fair?", choices=("cheap", "fair", "dear"))
LABEL = Task("Judge.", "label", ("no", "yes", "maybe"))
NUMBER, TEXT = Task(answer="number"), Task()


def solved(strategy, *said):
    replies = iter(said)
    batches, answer = driven(strategy.solve(QUESTION, ()), lambda _: Completion(next(replies)))
    return [request.text for batch in batches for request in batch], answer


@pytest.mark.parametrize("kind", ["label", "choice", "yes_no", "number", "text"])
def test_a_number_that_is_computed_is_read_whatever_the_question_asks_for(kind):
    said = ("[compute] What is 3 x 12?", " 3 x 12 = 36.", " 36 dollars.", "[end]", "yes")
    texts, _ = solved(built("strategy", "decomposed", kind), *said)
    assert texts[3].endswith("[compute] What is 3 x 12?\nAnswer: 36\n")
    assert "What is 3 x 12?\n36\n" in texts[4]


@pytest.mark.parametrize(
    ("strategy", "said"),
    [
        ("least_to_most", ["What is the fee?", " no more than 3", "fair"]),
        (
            "self_ask",
            [
                " Yes.\nFollow up: What is the fee?",
                " no more than 3",
                " So the final answer is: no",
            ],
        ),
        ("chain_of_verification", ["no", "What is the fee?", " no more than 3", "yes"]),
    ],
)
def test_a_step_of_another_kind_is_asked_for_free_text(strategy, said):
    step = "+strategy@strategy.step=direct"
    texts, _ = solved(built("strategy", strategy, "label", step), *said)
    assert "no more than 3" in texts[-1]


def test_all_that_asks_for_the_task_asks_for_the_other_and_nothing_else():
    voting = SelfConsistency(ZeroShotCoT(LABEL, output=Choice()), task=LABEL)
    made = asked_as(voting, LABEL, NUMBER)
    assert made == SelfConsistency(ZeroShotCoT(NUMBER, output=Free()), task=NUMBER)
    held = Direct(TEXT, output=Choice(("a", "b")))
    assert asked_as(held, LABEL, NUMBER) is held
    assert asked_as(PAL(LABEL), LABEL, TEXT) == PAL(TEXT)


def test_strategies_by_name_within_one_are_asked_so_too():
    within = Decomposed(Direct(LABEL), {"a": Direct(LABEL), "b": Direct(NUMBER)}, task=LABEL)
    made = asked_as(within, LABEL, TEXT)
    assert [made.inner.task, made.strategies["a"].task, made.task] == [TEXT] * 3
    assert made.strategies["b"] is within.strategies["b"]
