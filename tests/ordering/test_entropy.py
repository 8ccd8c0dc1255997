"""Entropy: the order whose answers commit least."""

import math
from itertools import permutations

import pytest

from promptlab.entropy import entropies, entropy
from promptlab.model.scripted import Scripted
from promptlab.ordering.entropy import Entropy, orders
from promptlab.ordering.mdl import MDL
from promptlab.program import solve
from promptlab.strategy.choose import Choose
from promptlab.strategy.direct import Direct
from promptlab.types import Answer, Example, Question, Task

TASK = Task(answer="label", labels=("yes", "no"))
DEMOS = tuple(Example(Question(name, name), "yes") for name in "abcd")
ASKED = Question("q", "asked")


def test_entropies_are_those_of_closed_forms() -> None:
    assert entropy([0.5, 0.5]) == pytest.approx(math.log(2))
    assert entropy([1.0, 0.0]) == 0
    assert entropy([5, 3]) == pytest.approx(0.661563, abs=1e-6)
    assert entropy([2, 2, 2]) == pytest.approx(math.log(3))
    mean = (entropy([0.9, 0.1]) + entropy([0.6, 0.4])) / 2
    assert mean == pytest.approx(0.499047, abs=1e-6)


def test_the_order_of_the_least_certain_answer_is_taken() -> None:
    wanted = (DEMOS[2], DEMOS[0], DEMOS[3], DEMOS[1])

    def scores(request):
        places = [request.prompt.text.index(f"Q: {demo.id}") for demo in wanted]
        return (-0.7, -0.7) if places == sorted(places) else (-0.1, -2.4)

    asks = Entropy(Choose(TASK))
    assert solve(asks(DEMOS, ASKED), Scripted(score=scores)) == wanted


def test_an_order_is_worth_the_entropy_of_the_probabilities_not_how_likely_all_are() -> None:
    def scores(request):
        # 0.325083 nats, though both are likely; 0.673012 nats, though neither is.
        first = request.prompt.text.startswith("Q: d")
        return [math.log(p) - 9 * first for p in ((0.6, 0.4) if first else (0.9, 0.1))]

    answers = [
        solve(Choose(TASK).solve(ASKED, order), Scripted(score=scores))
        for order in (DEMOS, DEMOS[::-1])
    ]
    values = [entropy(weight for _, weight in answer.votes) for answer in answers]
    assert values == pytest.approx([0.325083, 0.673012], abs=1e-6)
    assert sum(values) / 2 == pytest.approx(0.499047, abs=1e-6)
    (first, *_) = solve(Entropy(Choose(TASK))(DEMOS, ASKED), Scripted(score=scores))
    assert first == DEMOS[3]


def test_equally_good_orders_leave_the_demonstrations_as_they_are() -> None:
    same = Scripted(score=lambda request: (-1.0, -1.0))
    assert solve(Entropy(Choose(TASK))(DEMOS, ASKED), same) == DEMOS


def test_all_orders_are_asked_about_in_one_batch() -> None:
    (program,) = [Entropy(Choose(TASK), orders=24)(DEMOS, ASKED)]
    assert len(next(program)) == 24
    program.close()


def test_few_demonstrations_are_tried_in_every_order_and_many_in_different_ones() -> None:
    assert orders(DEMOS, 24, "") == list(permutations(DEMOS))
    many = tuple(Example(Question(str(n), str(n)), "yes") for n in range(7))
    drawn = orders(many, 24, "seed")
    assert len(set(drawn)) == 24
    assert drawn == orders(many, 24, "seed") != orders(many, 24, "other")


def test_a_strategy_that_tells_no_probabilities_is_refused() -> None:
    for ordering in (Entropy(Direct(TASK)), MDL(Direct(TASK))):
        with pytest.raises(
            ValueError, match=r"ordering.strategy is Direct, whose .*such as choose"
        ):
            solve(ordering(DEMOS, ASKED), Scripted("yes"))


def test_an_answer_without_votes_is_neither_the_surest_nor_the_least_sure() -> None:
    sure, unsure = Answer("a", votes=(("a", 1.0),)), Answer("a", votes=(("a", 1.0), ("b", 1.0)))
    none = Answer("a")
    assert entropies([sure, none, unsure], "key", None) == pytest.approx(
        [0.0, math.log(2) / 2, math.log(2)]
    )
    lost = Answer("", outcome="unparsed")
    assert entropies([lost, lost], "key", None) == [0.0, 0.0]


def test_equal_histograms_are_equal_to_the_last_bit() -> None:
    assert entropy([3, 5, 7]) == entropy([7, 5, 3]) == entropy([5, 7, 3])
