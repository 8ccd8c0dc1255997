"""Fused rankings: what several selections rank high, together.

Cormack, Clarke and Büttcher, Reciprocal Rank Fusion outperforms Condorcet and individual Rank
Learning Methods (2009); weighted sums of scaled scores as in Fox and Shaw, Combination of Multiple
Searches (1994).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, get_args

from promptlab.index.hit import Hit
from promptlab.index.ranked import Ranked
from promptlab.program import then, together
from promptlab.protocols import Select, Selection, Step
from promptlab.selection.diverse.scaled import scaled
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import Over, Ranker, ranking
from promptlab.types import Example, Question

By = Literal["rank", "score"]


@dataclass(frozen=True)
class Fused:
    """Add up what several selections say of each candidate, and take the `k` highest sums.

    Ties go to the member that the pool has first. A selection says nothing of what is not among
    its first `candidates`.

    Attributes:
        k: How many.
        inners: The selections, each under a name of its own.
        by: By `rank`, each adds weight / (`constant` + its place, from 1); by `score`, its scores
            moved to 0 for the lowest of its candidates and 1 for the highest, times its weight.
        weights: How much each counts, by its name; 1 where nothing is said.
        candidates: How many of each selection's first are counted.
        constant: The larger, the less the first places stand out; 60 is the paper's.
    """

    k: int
    inners: Mapping[str, Selection]
    by: By = "rank"
    weights: Mapping[str, float] = field(default_factory=dict)
    candidates: int = 100
    constant: float = 60.0

    def __post_init__(self) -> None:
        """Check the numbers and names."""
        check_k(self.k)
        if not self.inners:
            raise ValueError(
                "selection.inners is empty; expected a selection for each of its names"
            )
        if self.by not in get_args(By):
            raise ValueError(f"by is {self.by!r}; expected rank or score")
        if unknown := sorted(set(self.weights) - set(self.inners)):
            raise ValueError(
                f"weights names {', '.join(unknown)}; the selections are {', '.join(self.inners)}"
            )
        bad = {name: each for name, each in self.weights.items() if not 0 <= each < float("inf")}
        if bad or self.candidates < 1 or not self.constant >= 0:
            raise ValueError(
                f"weights are {dict(self.weights)}, candidates {self.candidates}, constant "
                f"{self.constant}; expected weights and a constant of 0 or more, and at least 1 "
                "candidate"
            )

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Fit the selections; raise `ValueError` where the pool is too small."""
        members = Pool.of(pool, self.k)

        def around(fitted: Sequence[Select]) -> Select:
            ranked = [ranking(each) for each in fitted]
            return Ranker(members, self.k, Over(ranked, partial(self._rank, ranked)))

        return then(together(inner.fit(pool) for inner in self.inners.values()), around)

    def _rank(
        self, fitted: Sequence[Ranked], question: Question, count: int
    ) -> Step[Sequence[Hit]]:
        depth = max(self.candidates, count)
        found = together(each.ranked(question, depth) for each in fitted)
        return then(found, lambda rankings: self._summed(rankings)[:count])

    def _summed(self, rankings: Sequence[Sequence[Hit]]) -> list[Hit]:
        """Add up; what is no candidate of any selection follows as the selections have it."""
        sums: defaultdict[int, float] = defaultdict(float)
        for name, found in zip(self.inners, rankings, strict=True):
            first = found[: self.candidates]
            values = scaled([hit.score for hit in first])
            for place, hit in enumerate(first):
                says = values[place] if self.by == "score" else 1 / (self.constant + place + 1)
                sums[hit.index] += self.weights.get(name, 1.0) * float(says)
        ranked = sorted(sums, key=lambda index: (-sums[index], index))
        rest = dict.fromkeys(hit.index for found in rankings for hit in found[self.candidates :])
        return [
            *(Hit(index, sums[index]) for index in ranked),
            *(Hit(index, 0.0) for index in rest if index not in sums),
        ]
