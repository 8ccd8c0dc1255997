"""Entropy: of several orders, the one under which the model commits least to any answer.

Local entropy (LocalE) of Lu et al., Fantastically Ordered Prompts and Where to Find Them, 2022: an
order that makes a model predict one label with certainty, whatever is asked, is a bad one. Here the
probing set is the question itself, as in Wu et al., Self-Adaptive In-Context Learning, 2023, so
that each question gets its own order and nothing has to be prepared.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from promptlab.entropy import entropies
from promptlab.program import parallel
from promptlab.protocols import Program, Strategy
from promptlab.types import Example, Question


@dataclass(frozen=True)
class Entropy:
    """Ask once for each of some orders, and take the one whose answers have the most entropy.

    Attributes:
        strategy: Asks; it must tell the probability of each possible answer as its votes, as
            `choose` does.
        orders: How many are tried: all permutations where there are no more, else the
            selection's own and others that are drawn by chance. Lu et al. try 24.
        seed: Decides the draw, together with the question and the demonstrations.
    """

    strategy: Strategy
    orders: int = 24
    seed: int = 0

    def __post_init__(self) -> None:
        """Check that at least one order is tried."""
        if self.orders < 1:
            raise ValueError(f"orders is {self.orders}; expected at least 1")

    def __call__(self, demos: Sequence[Example], question: Question) -> Program[Sequence[Example]]:
        """Return the best order; of equally good ones the first, which is the selection's own."""
        drawn = orders(demos, self.orders, f"{self.seed}:{question.id}:{question.text}")
        if len(drawn) == 1:  # nothing to choose from
            return drawn[0]
        answers = yield from parallel(self.strategy.solve(question, order) for order in drawn)
        values = entropies(answers, "ordering.strategy", self.strategy)
        return drawn[values.index(max(values))]


def orders(demos: Sequence[Example], count: int, key: str) -> list[tuple[Example, ...]]:
    """List `count` different orders, the one given first, the others drawn by the key.

    All permutations where there are no more.
    """
    if math.factorial(len(demos)) <= count:
        return list(permutations(demos))
    chance = random.Random(f"{key}:{[demo.id for demo in demos]}")  # noqa: S311  a draw
    drawn: dict[tuple[int, ...], None] = {tuple(range(len(demos))): None}
    while len(drawn) < count:
        drawn[tuple(chance.sample(range(len(demos)), len(demos)))] = None
    return [tuple(demos[place] for place in order) for order in drawn]
