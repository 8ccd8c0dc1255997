"""Which strategies have something to draw: what writes answers, not what weighs those there are."""

from promptlab.protocols import Strategy
from promptlab.strategy.options.circular import Circular
from promptlab.strategy.options.shuffled import Shuffled
from promptlab.strategy.scoring.valued import Valued


def check_drawable(inner: Strategy) -> None:
    """Check that one draw of a strategy may differ from another.

    Raises:
        ValueError: it compares probabilities, which are the same in every draw.
    """
    asked = inner
    while isinstance(asked, Circular | Shuffled):
        asked = asked.inner
    if isinstance(asked, Valued):
        raise ValueError(
            f"inner is {type(asked).__name__}, which compares the probabilities of the possible "
            "answers and draws none, so that all draws would be the same; expected a strategy "
            "that writes its answer, such as strategy@strategy.inner=cot, or "
            "strategy=choose by itself"
        )
