"""As many of one label as of another, each label's best by another selection."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from promptlab.index.hit import Hit
from promptlab.index.ranked import Ranked, deepened
from promptlab.program import then
from promptlab.protocols import Select, Selection, Step
from promptlab.selection.combined.round_robin import deal
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import Over, Ranker, ranking
from promptlab.types import Example, Question


@dataclass(frozen=True)
class Stratified:
    """Take the best member of each label in turn, until there are `k`.

    The labels come in the order of their best members, and each round keeps that order. A label
    that has run out is passed over. A label is an answer as the pool writes it.

    Attributes:
        k: How many.
        inner: Ranks the pool.
    """

    k: int
    inner: Selection

    def __post_init__(self) -> None:
        """Check the number of demonstrations."""
        check_k(self.k)

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Fit the inner selection; raise `ValueError` where the pool is too small."""
        members = Pool.of(pool, self.k)
        labels = len({example.answer for example in pool})

        def around(inner: Select) -> Select:
            ranked = ranking(inner)
            rank = partial(_rank, members, labels, ranked)
            return Ranker(members, self.k, Over([ranked], rank))

        return then(self.inner.fit(pool), around)


def _rank(
    pool: Pool, labels: int, inner: Ranked, question: Question, count: int
) -> Step[Sequence[Hit]]:
    rounds = -(-count // labels)

    def choose(found: Sequence[Hit], is_all: bool) -> Sequence[Hit] | None:
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for place, hit in enumerate(found):
            groups[pool.examples[hit.index].answer].append(place)
        is_enough = len(groups) == labels and min(map(len, groups.values())) >= rounds
        if not (is_enough or is_all):
            return None
        return [found[place] for _, place in deal(list(groups.values()), count)]

    return deepened(inner, question, 2 * count, choose)
