"""A weighted vote: what a draw weighs, and by whose word."""

import math

import pytest
from laws import driven

from promptlab.strategy.direct import Direct
from promptlab.strategy.voting.weighted import RATE, VERIFY, Weighted
from promptlab.types import Completion, Question, Task

TASK = Task(answer="number")
LIKELY = [("1", 2 * math.log(0.9)), ("2", 2 * math.log(0.3)), ("2", 2 * math.log(0.4))]


def vote(draws, numbers=(), **knobs):
    """Draw the texts, each with its log-probability over two tokens; then say the numbers."""
    said, asked = iter(numbers), []

    def reply(request):
        if request.sampling.temperature:
            text, logprob = draws[request.sampling.draw]
            return Completion(text, completion_tokens=2, logprob=logprob)
        asked.append(request)
        return Completion(next(said))

    strategy = Weighted(Direct(TASK), samples=len(draws), task=TASK, **knobs)
    return asked, driven(strategy.solve(Question("1", "1 or 2?"), ()), reply)[1]


def test_one_likely_draw_outweighs_two_unlikely_ones() -> None:
    asked, answer = vote(LIKELY)
    assert (answer.text, asked) == ("1", [])
    assert [weight for _, weight in answer.votes] == pytest.approx([0.9, 0.7])
    assert answer.margin == pytest.approx(0.2 / 1.6)


def test_draws_of_unknown_probability_have_one_vote_each() -> None:
    answer = vote([*LIKELY[:2], ("2", None)])[1]
    assert answer.votes == (("2", 2.0), ("1", 1.0))


def test_the_model_rates_every_draw_that_has_an_answer() -> None:
    asked, answer = vote([*LIKELY, ("Hm?", -1.0)], ("100", "25 of 100", "0.5"), by="rating")
    assert {request.to for request in asked} == {"model"}
    assert asked[0].text == f"{RATE}\n\nQ: 1 or 2?\nThe answer is 1\nA:"
    assert answer.votes == (("1", 1.0), ("2", 0.75))


def test_the_judge_verifies() -> None:
    asked, answer = vote(LIKELY, ("10", "70", "５"), by="verifier")
    assert {request.to for request in asked} == {"judge"}
    assert asked[0].text.startswith(VERIFY)
    assert answer.votes == (("2", 0.75), ("1", 0.1))


@pytest.mark.parametrize("number", ["", "no idea", "101", "-1"])
def test_a_reply_that_is_no_number_of_the_scale_weighs_nothing(number) -> None:
    assert vote(LIKELY, ("1", number, number), by="rating")[1].text == "1"
    assert vote(LIKELY, (number,) * 3, by="rating")[1].votes == (("2", 2.0), ("1", 1.0))


def test_another_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="by is 'length'; expected logprob, rating or verifier"):
        Weighted(Direct(TASK), by="length")
