"""What compares probabilities is the same in every draw, and is no vote's inner strategy."""

import pytest

from promptlab.strategy.choose import Choose
from promptlab.strategy.direct import Direct
from promptlab.strategy.options.circular import Circular
from promptlab.strategy.options.shuffled import Shuffled
from promptlab.strategy.refinement.self_refine import SelfRefine
from promptlab.strategy.voting.drawable import check_drawable
from promptlab.types import Task

CHOOSE = Choose(Task(answer="choice"))


@pytest.mark.parametrize("inner", [CHOOSE, Circular(CHOOSE), Shuffled(Circular(CHOOSE))])
def test_what_draws_nothing_is_refused_with_the_reason(inner):
    with pytest.raises(ValueError, match=r"inner is Choose, .* draws none, .*; expected a strat"):
        check_drawable(inner)


@pytest.mark.parametrize(
    "inner", [Direct(Task()), Circular(Direct(Task(answer="choice"))), SelfRefine(CHOOSE)]
)
def test_what_writes_something_is_drawn(inner):
    assert check_drawable(inner) is None
