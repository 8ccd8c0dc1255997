"""A random order: what an order that means something has to beat."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.types import Example, Question


@dataclass(frozen=True)
class Shuffled:
    """Shuffle, decided by the seed, the question and the demonstrations, and by nothing else."""

    seed: int = 0

    def __call__(self, demos: Sequence[Example], question: Question) -> tuple[Example, ...]:
        """Return the demonstrations in an order drawn for this question."""
        ids = [demo.id for demo in demos]
        key = f"{self.seed}:{question.id}:{question.context}:{question.text}:{ids}"
        order = list(demos)
        random.Random(key).shuffle(order)  # noqa: S311 (a draw, not a secret)
        return tuple(order)
