"""As many demonstrations as a budget holds: the k of each question.

Rubin, Herzig and Berant, Learning To Retrieve Prompts for In-Context Learning (2022), fill the
window with the longest beginning of the ranking that fits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, takewhile

from promptlab.index.hit import Hit
from promptlab.index.ranked import Ranked
from promptlab.program import then
from promptlab.protocols import Select, Selection, Step
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import Over, Ranker, ranking
from promptlab.types import Example, Question


@dataclass(frozen=True)
class Budget:
    """Take of the inner selection's first `k` as many as `characters` hold, from the first on.

    Attributes:
        k: How many, at most.
        inner: Ranks the pool.
        characters: Of all demonstrations together; a token of English has about four.
    """

    k: int
    inner: Selection
    characters: int = 2000

    def __post_init__(self) -> None:
        """Check the numbers."""
        check_k(self.k)
        if self.characters < 1:
            raise ValueError(f"characters is {self.characters}; expected at least 1")

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Fit the inner selection; raise `ValueError` where the pool is too small."""
        members = Pool.of(pool, self.k)

        def around(inner: Select) -> Select:
            ranked = ranking(inner)
            rank = partial(self._rank, members, ranked)
            return Ranker(members, self.k, Over([ranked], rank))

        return then(self.inner.fit(pool), around)

    def _rank(
        self, pool: Pool, inner: Ranked, question: Question, count: int
    ) -> Step[Sequence[Hit]]:
        def fitting(found: Sequence[Hit]) -> Sequence[Hit]:
            sums = accumulate(pool.examples[hit.index].length for hit in found)
            return found[: len(list(takewhile(lambda total: total <= self.characters, sums)))]

        return then(inner.ranked(question, count), fitting)
