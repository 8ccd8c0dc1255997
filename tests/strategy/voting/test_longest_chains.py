"""Complexity-based consistency: the draws with the most steps vote, and no others."""

import pytest
from laws import driven

from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.strategy.voting.complexity import Complexity
from promptlab.types import Completion, Question, Task

TASK = Task(answer="number")
SHORT, LONG = "So it is. The answer is {}.", "First.\n\nThen.\nLast. The answer is {}."


def vote(*texts, among):
    strategy = Complexity(ChainOfThought(TASK), len(texts), among, task=TASK)
    program = strategy.solve(Question("1", "?"), ())
    return driven(program, lambda request: Completion(texts[request.sampling.draw]))[1]


def test_two_long_chains_outvote_three_short_ones() -> None:
    draws = [SHORT.format(1), SHORT.format(1), LONG.format(2), SHORT.format(1), LONG.format(2)]
    assert vote(*draws, among=2).votes == (("2", 2.0),)
    assert vote(*draws, among=5).text == "1"


def test_of_equally_long_chains_the_earlier_vote() -> None:
    draws = [SHORT.format(1), LONG.format(2), SHORT.format(3)]
    assert vote(*draws, among=2).votes == (("1", 1.0), ("2", 1.0))


def test_a_long_chain_without_an_answer_takes_no_place() -> None:
    assert vote("Why?\nWhy?\nWhy?\nWhy?", SHORT.format(1), among=1).text == "1"


def test_no_more_can_vote_than_are_drawn() -> None:
    with pytest.raises(ValueError, match="among is 4; expected 1 to samples, which is 3"):
        Complexity(ChainOfThought(TASK), samples=3, among=4)


def test_where_nothing_is_said_four_fifths_of_the_chains_vote_as_in_the_paper():
    drawn = [(samples, Complexity(ChainOfThought(TASK), samples).voters) for samples in (50, 5, 1)]
    assert drawn == [(50, 40), (5, 4), (1, 1)]
