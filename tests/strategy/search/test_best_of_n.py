"""Best of n: the draw that is verified best wins, by its answer, by its steps, by its tokens."""

import math

import pytest
from laws import driven

from promptlab.strategy.choose import Choose
from promptlab.strategy.search.best_of_n import VERIFY, VERIFY_STEP, BestOfN
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.types import Completion, Question, Task

TASK = Task("Add {them}.", "number")
DRAWS = ("It is 1.\nThe answer is 1.", "Who knows?", "One.\nTwo.\nThe answer is 2.")


def asked(numbers, logprobs=(None, None, None), **knobs):
    """Draw the texts; then say the numbers."""
    said, requests = iter(numbers), []

    def reply(request):
        if request.sampling.temperature:
            draw = request.sampling.draw
            return Completion(DRAWS[draw], completion_tokens=2, logprob=logprobs[draw])
        requests.append(request)
        return Completion(next(said))

    strategy = BestOfN(ChainOfThought(TASK), samples=3, task=TASK, **knobs)
    batches, answer = driven(strategy.solve(Question("q", "1 or 2?"), ()), reply)
    return requests, answer, batches


def test_the_judge_is_asked_about_every_draw_that_has_an_answer():
    requests, answer, batches = asked(["40", " 80%"])
    assert [request.to for request in requests] == ["judge", "judge"]
    assert requests[0].text == (
        f"Add {{them}}.\n{VERIFY}\n\nQ: 1 or 2?\nIt is 1. The answer is 1\nA:"
    )
    assert (answer.text, answer.votes) == ("2", (("2", 0.8), ("1", 0.4)))
    assert list(map(len, batches)) == [3, 2]


def test_every_step_is_verified_and_the_numbers_are_multiplied():
    requests, answer, _ = asked(["50", "90", "80", "90", "50"], by="steps")
    assert [VERIFY_STEP in request.text for request in requests] == [False, True, False, True, True]
    assert "Q: 1 or 2?\nOne.\nA:" in requests[3].text
    assert "Q: 1 or 2?\nOne.\nTwo.\nA:" in requests[4].text
    assert answer.votes == (("1", pytest.approx(0.45)), ("2", pytest.approx(0.36)))
    assert len(asked(["50", "90", "80", "90"], by="steps", steps=1)[0]) == 4


def test_the_likeliest_draw_wins_where_the_model_says_how_likely():
    requests, answer, _ = asked([], [-2.0, -0.1, -1.0], by="logprob")
    assert (requests, answer.text) == ([], "2")
    assert answer.votes[0] == ("2", pytest.approx(math.exp(-0.5)))
    assert asked([], [-2.0, -0.1, None], by="logprob")[1].votes == (("1", 1.0), ("2", 1.0))


def test_numbers_that_are_none_leave_it_to_a_vote():
    assert asked(["Hm.", "200"])[1].votes == (("1", 1.0), ("2", 1.0))


def test_another_may_verify():
    assert {request.to for request in asked(["1", "2"], role="model")[0]} == {"model"}


@pytest.mark.parametrize(
    ("knobs", "message"),
    [({"by": "luck"}, "verifier, steps or logprob"), ({"steps": 0}, "at least 1 step")],
)
def test_a_setting_that_is_none_is_refused(knobs, message):
    with pytest.raises(ValueError, match=message):
        BestOfN(ChainOfThought(TASK), **knobs)


def test_what_is_not_drawn_has_no_best_draw():
    with pytest.raises(ValueError, match="inner is Choose, .* all draws would be the same"):
        BestOfN(Choose(Task(answer="choice")))
