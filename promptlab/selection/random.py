"""Random members of the pool: the baseline that a selection has to beat."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from promptlab.protocols import Select
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import FixedRanking, Ranker, Unscored, by_place
from promptlab.types import Example, Question


@dataclass(frozen=True)
class Random:
    """Draw `k` members: one set for all questions, or a fresh one for each.

    The fixed set of a larger `k` begins with that of a smaller one. A member that is the question
    itself is replaced by the next of the draw, and the others stay.

    Attributes:
        k: How many.
        seed: Decides the draw; with `fresh`, together with the question and nothing else.
        fresh: Draw anew for every question.
    """

    k: int
    seed: int = 0
    fresh: bool = False

    def __post_init__(self) -> None:
        """Check the number of demonstrations."""
        check_k(self.k)

    def fit(self, pool: Sequence[Example]) -> Select:
        """Read the pool, and draw the fixed set; raise `ValueError` where it is too small."""
        members = Pool.of(pool, self.k)
        if self.fresh:
            return Ranker(members, self.k, Unscored(partial(self._redrawn, members)))
        drawn = by_place(self._shuffled(members, f"{self.seed}"))
        return FixedRanking(members, drawn, self.k, scored=False)

    def _redrawn(self, pool: Pool, question: Question, count: int) -> list[int]:
        key = f"{self.seed}:{question.id}:{question.context}:{question.text}"
        return self._shuffled(pool, key)[:count]

    def _shuffled(self, pool: Pool, key: str) -> list[int]:
        ranked = list(range(len(pool.examples)))
        random.Random(key).shuffle(ranked)  # noqa: S311 (a draw, not a secret)
        return ranked
