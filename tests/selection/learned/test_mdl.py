import math

import pytest

from promptlab.entropy import entropy
from promptlab.model.scripted import Scripted
from promptlab.program import lifted, solve
from promptlab.selection.first import First
from promptlab.selection.learned.mdl import MDL
from promptlab.strategy.choose import Choose
from promptlab.types import Example, Question, Task

TASK = Task(answer="label", labels=("yes", "no"))
POOL = [Example(Question(f"pool-{n}", f"question {n}"), "yes") for n in range(6)]
ASKED = Question("q", "asked")


def chosen(score, k=2, **fields):
    selection = MDL(k, First(k), Choose(TASK), **fields)
    select = selection.fit(POOL)
    return [demo.id for demo in solve(lifted(select(ASKED)), Scripted(score=score))]


def sure_of(number):
    """The more likely the answer, the closer a demonstration stands to the end of the prompt."""

    def score(request):
        shown = f"question {number}" in request.prompt.text
        return (-0.01, -4.6) if shown else (-0.7, -0.7)

    return score


def test_codelengths_are_those_of_the_closed_form():
    shares = [math.exp(-1.0), math.exp(-2.0)]
    total = sum(shares)
    assert shares[0] / total == pytest.approx(0.731059, abs=1e-6)
    assert entropy(shares) == pytest.approx(0.582203, abs=1e-6)


def test_a_set_s_codelength_is_that_of_the_probabilities_its_strategy_tells():
    answer = solve(Choose(TASK).solve(ASKED, POOL[:2]), Scripted(score=lambda _: (-1.0, -2.0)))
    weights = [weight for _, weight in answer.votes]
    assert [weight / sum(weights) for weight in weights] == pytest.approx(
        [0.731059, 0.268941], abs=1e-6
    )
    assert entropy(weights) == pytest.approx(0.582203, abs=1e-6)


def test_the_shorter_of_two_codelengths_is_taken_and_how_likely_all_answers_are_says_nothing():
    def score(request):
        # 0.5822 nats, though both answers are unlikely; 0.6881 nats, though both are likely.
        return (-8.0, -9.0) if "question 3" in request.prompt.text else (-0.1, -0.3)

    assert "pool-3" in chosen(score, sets=40)
    assert "pool-3" not in chosen(score, sets=40, keep="most")


def test_the_set_that_settles_the_answer_is_taken_and_its_contrast_where_asked_for():
    assert "pool-4" in chosen(sure_of(4), sets=40)
    assert "pool-0" not in chosen(sure_of(0), sets=40, keep="most")


def test_of_equally_good_sets_the_most_similar_members_are_taken():
    assert chosen(lambda request: (-0.7, -0.7)) == ["pool-0", "pool-1"]


def test_sets_are_drawn_from_the_candidates_alone():
    assert set(chosen(sure_of(5), sets=40, candidates=3)) <= {"pool-0", "pool-1", "pool-2"}


def test_all_sets_are_asked_about_in_one_batch_and_no_set_twice():
    program = MDL(2, First(2), Choose(TASK), sets=50, candidates=3).fit(POOL)(ASKED)
    requests = next(program)
    assert len({request.prompt for request in requests}) == len(requests) == 6
    program.close()


def test_a_set_depends_on_the_question_and_the_seed_alone():
    one = MDL(2, First(2), Choose(TASK), seed=1)
    candidates = list(range(6))
    assert one._drawn(candidates, ASKED) == one._drawn(candidates, ASKED)
    assert one._drawn(candidates, ASKED) != one._drawn(candidates, Question("r", "other"))
    other = MDL(2, First(2), Choose(TASK), seed=2)
    assert one._drawn(candidates, ASKED) != other._drawn(candidates, ASKED)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"sets": 0}, "sets is 0; expected at least 1"),
        ({"candidates": 1}, "candidates is 1, and k is 2"),
        ({"keep": "both"}, "expected least or most"),
    ],
)
def test_what_makes_no_sense_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        MDL(2, First(2), Choose(TASK), **fields)
