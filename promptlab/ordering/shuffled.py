"""A random order: what an order that means something has to beat."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.types import Example, Question


@dataclass(frozen=True)
class Shuffled:
    """Shuffle, decided by the seed, the question and the demonstrations, and by nothing else.

    Attributes:
        seed: Decides the order, together with what it is drawn for.
        fresh: Draw anew for every question; else the same demonstrations stand in the same order
            for all questions, as where the effect of one order is to be seen.
    """

    seed: int = 0
    fresh: bool = True

    def __call__(self, demos: Sequence[Example], question: Question) -> tuple[Example, ...]:
        """Return the demonstrations in an order drawn for them, and for this question if fresh."""
        ids = [demo.id for demo in demos]
        asked = f"{question.id}:{question.context}:{question.text}:" if self.fresh else ""
        key = f"{self.seed}:{asked}{ids}"
        order = list(demos)
        random.Random(key).shuffle(order)  # noqa: S311 (a draw, not a secret)
        return tuple(order)
