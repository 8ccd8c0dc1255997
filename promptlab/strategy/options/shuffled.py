"""The choices in an order by chance, so that no letter is right more often than another."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.protocols import Program, Strategy
from promptlab.strategy.options.reordered import check_choices, reordered, restored
from promptlab.types import Answer, Example, Question


@dataclass(frozen=True)
class Shuffled:
    """Shuffle a question's choices, and ask; a question has one order whoever is asked.

    Attributes:
        inner: Answers the question with its choices in another order.
        seed: Decides the orders.
    """

    inner: Strategy
    seed: int = 0

    def __post_init__(self) -> None:
        """Check that there are choices to shuffle."""
        check_choices(self.inner)

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask once; the answer is in the question's own letters."""
        order = list(range(len(question.choices)))
        random.Random(f"options:{self.seed}:{question.id}").shuffle(order)  # noqa: S311  a draw
        answer = yield from self.inner.solve(reordered(question, order), demos)
        return restored(answer, order)
