"""A reply that holds a program has the room that one needs, in every strategy that writes one."""

import pytest
from laws import built, options

from promptlab.laws.driving import driven, saying
from promptlab.stages import prepared
from promptlab.strategy.long_answer import lengthened
from promptlab.types import Example, Generate, Question, Sampling

ROOM = 512
DOUBLE = Question("q", "Double it.")
WRITES_NONE = {
    *("choose", "calibrated", "abstaining", "circular", "shuffled"),  # of answers that are known
    *("pal", "llm_plus_p"),  # refuse it
}


def most(strategy, kind):
    """Return the most new tokens that the model is given in any of its replies."""
    asking = prepared(built("strategy", strategy, kind), (Example(DOUBLE, "x"),))
    batches, _ = driven(asking.solve(DOUBLE, ()), saying("x = 2 * x"))
    asked = [request for batch in batches for request in batch if isinstance(request, Generate)]
    return max(request.sampling.max_tokens for request in asked)


def test_only_answers_of_several_lines_are_given_more_and_none_less():
    short = Sampling(max_tokens=8)
    assert lengthened(short, 64, lines=True).max_tokens == 64
    assert lengthened(short, 64, lines=False) is short
    assert lengthened(Sampling(max_tokens=99), 64, lines=True).max_tokens == 99


@pytest.mark.parametrize("strategy", sorted({*options("strategy")} - WRITES_NONE))
def test_every_strategy_that_writes_a_program_has_room_for_it(strategy):
    assert most(strategy, "code") >= ROOM


@pytest.mark.parametrize(
    "strategy", ["direct", "cot", "zero_shot_cot", "react", "self_ask", "dspy"]
)
def test_a_label_is_given_no_more_than_it_ever_was(strategy):
    assert most(strategy, "label") < ROOM


def test_a_program_after_reasoning_is_given_no_less_than_one_without():
    assert most("cot", "code") - most("cot", "label") == most("direct", "code") == ROOM


def test_a_reasoning_that_is_given_more_gives_its_conclusion_as_much():
    long = "strategy.sampling.max_tokens=900"
    made = built("strategy", "zero_shot_cot", "code", long)
    batches, _ = driven(made.solve(DOUBLE, ()), saying("x"))
    assert [request.sampling.max_tokens for (request,) in batches] == [900, 900]
