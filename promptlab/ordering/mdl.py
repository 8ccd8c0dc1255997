"""Minimum description length: of several orders, the one under which the answer is surest.

Wu et al., Self-Adaptive In-Context Learning: An Information Compression Perspective (2023): the
contrary of local entropy (`entropy.py`), which distrusts an order that settles the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.entropy import entropies
from promptlab.ordering.entropy import orders
from promptlab.program import parallel
from promptlab.protocols import Program, Strategy
from promptlab.types import Example, Question


@dataclass(frozen=True)
class MDL:
    """Ask once for each of some orders, and take the one whose answers have the least entropy.

    Attributes:
        strategy: Asks; it must tell the probability of each possible answer as its votes, as
            `choose` does.
        orders: How many are tried: all permutations where there are no more, else the
            selection's own and others that are drawn by chance.
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
        return drawn[values.index(min(values))]
