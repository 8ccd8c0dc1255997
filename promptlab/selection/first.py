"""The first k of the pool, in its own order: demonstrations that somebody wrote down."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from promptlab.protocols import Select
from promptlab.selection.pool import Pool, check_k
from promptlab.types import Example, Question


@dataclass(frozen=True)
class First:
    """Select the first `k` members; where one is the question itself, the next stands in."""

    k: int

    def __post_init__(self) -> None:
        """Check the number of demonstrations."""
        check_k(self.k)

    def fit(self, pool: Sequence[Example]) -> Select:
        """Read the pool; raise `ValueError` where it is too small."""
        return partial(self._retrieve, Pool.of(pool, self.k))

    def _retrieve(self, pool: Pool, question: Question) -> tuple[Example, ...]:
        return pool.take(range(len(pool.examples)), question, self.k)
