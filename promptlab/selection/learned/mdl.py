"""Minimum description length: of several sets of demonstrations, the one that settles the answer.

Wu et al., Self-Adaptive In-Context Learning: An Information Compression Perspective (2023),
https://github.com/Shark-NLP/self-adaptive-ICL: the codelength of a question's unknown answer under
a set of demonstrations is the entropy of the answers' distribution that the model gives.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

from promptlab.entropy import entropies
from promptlab.index.hit import Hit
from promptlab.index.ranked import Ranked
from promptlab.program import lifted, parallel, then
from promptlab.protocols import Program, Select, Selection, Step, Strategy
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import Over, Ranker, check_candidates, in_order, ranking
from promptlab.types import Example, Question

Keep = Literal["least", "most"]


@dataclass(frozen=True)
class MDL:
    """Ask the question under several sets, and take the set whose answers have the least entropy.

    The first set is the inner selection's first `k`; the others are drawn from its candidates. Of
    equally good sets the earlier is taken. Their code takes the probability of an answer from the
    mean cross-entropy of question and answer; here it is what the strategy says of the answer. What
    an answer has without the question is subtracted, as theirs may be, by `choose` itself
    (`mode=pmi`, `against=content_free`).

    Attributes:
        k: How many demonstrations.
        inner: Ranks the pool.
        strategy: Asks; it must tell the probability of each possible answer as its votes, as
            `choose` does.
        candidates: How many of the inner selection's first the sets are drawn from.
        sets: How many are tried.
        keep: The set with the `least` entropy; with the `most`, as a contrast (their `entropy`).
        seed: Decides the draw, together with the question.
    """

    k: int
    inner: Selection
    strategy: Strategy
    candidates: int = 30
    sets: int = 10
    keep: Keep = "least"
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the numbers."""
        check_k(self.k)
        check_candidates(self.candidates, self.k)
        if self.sets < 1:
            raise ValueError(f"sets is {self.sets}; expected at least 1")
        if self.keep not in get_args(Keep):
            raise ValueError(f"keep is {self.keep!r}; expected least or most")

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
    ) -> Program[Sequence[Hit]]:
        found = yield from lifted(inner.ranked(question, max(self.candidates, count)))
        indices = [hit.index for hit in found]
        sets = self._drawn(indices[: self.candidates], question)
        answers = yield from parallel(
            self.strategy.solve(question, [pool.examples[index] for index in chosen])
            for chosen in sets
        )
        values = entropies(answers, "selection.strategy", self.strategy)
        best = sets[values.index(min(values) if self.keep == "least" else max(values))]
        by_index = {hit.index: hit for hit in found}
        rest = [index for index in indices if index not in set(best)]
        return in_order(by_index[index] for index in [*best, *rest][:count])

    def _drawn(self, candidates: Sequence[int], question: Question) -> list[tuple[int, ...]]:
        """Draw the sets, each in an order of its own; the candidates' first `k` are one of them."""
        key = f"mdl:{self.seed}:{question.id}:{question.text}"
        chance = random.Random(key)  # noqa: S311  a draw, not a secret
        size = min(self.k, len(candidates))
        others = [tuple(chance.sample(candidates, size)) for _ in range(self.sets - 1)]
        return list(dict.fromkeys([tuple(candidates[:size]), *others]))
