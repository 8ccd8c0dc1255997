"""The first k of the pool, in its own order: demonstrations that somebody wrote down."""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.protocols import Select
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import FixedRanking, by_place
from promptlab.types import Example


@dataclass(frozen=True)
class First:
    """Select the first `k` members; where one is the question itself, the next stands in."""

    k: int

    def __post_init__(self) -> None:
        """Check the number of demonstrations."""
        check_k(self.k)

    def fit(self, pool: Sequence[Example]) -> Select:
        """Read the pool; raise `ValueError` where it is too small."""
        members = Pool.of(pool, self.k)
        return FixedRanking(members, by_place(range(len(pool))), self.k, scored=False)
