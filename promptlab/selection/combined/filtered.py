"""Filters over a selection: what its members must be, and that they are not all but the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from promptlab.index.hit import Hit
from promptlab.index.ranked import Ranked, check_scored, deepened
from promptlab.index.tokenise import tokens
from promptlab.program import then
from promptlab.protocols import CountTokens, Select, Selection, Step
from promptlab.selection.combined.token_counts import TokenCounts, check_tokens
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import Over, Ranker, ranking
from promptlab.types import Example, Question

BOUNDS = ("where", "same", "minimum", "longest", "tokens", "distinct")
"""Fields by which members are left out."""


@dataclass(frozen=True)
class Filtered:
    """Take the first `k` of the inner selection that pass; fewer, where no more do.

    Attributes:
        k: How many, at most.
        inner: Ranks the pool.
        where: Values that fields of a member must have: `{topic: tax}`.
        same: Fields in which a member must be as the question is.
        minimum: The least that the inner selection says of how like the question a member is: of
            knn, mmr and dpp a cosine, of bm25 and fused their score. One that ranks without
            scores, as random does, is refused.
        longest: The most characters of a member; a token of English has about four.
        tokens: The most tokens of a member.
        tokenizer: Counts them.
        distinct: From which share of all their words on (Jaccard), those of context and choices
            among them, a member is left out that is like one before it; null keeps all.
    """

    k: int
    inner: Selection
    where: Mapping[str, Any] = field(default_factory=dict)
    same: Sequence[str] = ()
    minimum: float | None = None
    longest: int | None = None
    tokens: int | None = None
    tokenizer: CountTokens | None = None
    distinct: float | None = None

    def __post_init__(self) -> None:
        """Check the numbers, and that something counts tokens where they are bounded.

        Raises:
            ValueError: a number makes no sense, or tokens are bounded and no tokenizer is there.
        """
        check_k(self.k)
        object.__setattr__(self, "same", tuple(self.same))
        if self.longest is not None and self.longest < 1:
            raise ValueError(f"longest is {self.longest}; expected at least 1 character, or null")
        check_tokens(self.tokens, self.tokenizer)
        if self.distinct is not None and not 0 < self.distinct <= 1:
            raise ValueError(
                f"distinct is {self.distinct}; expected more than 0 and at most 1, or null"
            )

    @property
    def bounds(self) -> str:
        """What keeps members out, for a message."""
        said = {name: getattr(self, name) for name in BOUNDS}
        return ", ".join(f"{name}={value}" for name, value in said.items() if value or value == 0)

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Fit the inner selection.

        Raises:
            ValueError: the pool is too small, no member has a field that is there, or there is a
                minimum and nothing to compare with it.
        """
        members = Pool.of(pool, self.k)
        counted = TokenCounts(self.tokenizer, members.examples)
        for name in (*self.where, *self.same):
            if all(name not in example.question.metadata for example in pool):
                raise ValueError(
                    f"no member of the pool has a field {name!r}; fields are kept where they are "
                    f"named: dataset.fields.metadata=[{name}]"
                )

        def around(inner: Select) -> Select:
            ranked = ranking(inner)
            if self.minimum is not None:
                name, setting = type(self.inner).__name__, f"selection.minimum is {self.minimum}"
                check_scored(ranked, name, "selection.inner", setting)
            rank = partial(self._rank, members, counted, ranked)
            return Ranker(members, self.k, Over([ranked], rank))

        return then(self.inner.fit(pool), around)

    def _rank(
        self, pool: Pool, counted: TokenCounts, inner: Ranked, question: Question, count: int
    ) -> Step[Sequence[Hit]]:
        def choose(found: Sequence[Hit], is_all: bool) -> Sequence[Hit] | None:
            passed = [
                hit
                for hit in found
                if self._passes(pool.examples[hit.index], hit.similarity, question)
                and (self.tokens is None or counted.each[hit.index] <= self.tokens)
            ]
            kept = passed if self.distinct is None else _distinct(passed, pool, self.distinct)
            return kept[:count] if is_all or len(kept) >= count else None

        return deepened(inner, question, 2 * count, choose)

    def _passes(self, example: Example, similarity: float, question: Question) -> bool:
        has, asked = example.question.metadata, question.metadata
        return (
            all(has.get(name) == value for name, value in self.where.items())
            and all(has.get(name) == asked.get(name) for name in self.same)
            and (self.minimum is None or similarity >= self.minimum)
            and (self.longest is None or example.length <= self.longest)
        )


def _distinct(hits: Sequence[Hit], pool: Pool, threshold: float) -> list[Hit]:
    """Leave out each hit that is like one that is kept before it."""
    kept: list[tuple[Hit, frozenset[str]]] = []
    for hit in hits:
        question = pool.examples[hit.index].question
        read = (question.context, question.text, *question.choices)
        words = frozenset(tokens(" ".join(read)))
        if all(_jaccard(words, other) < threshold for _, other in kept):
            kept.append((hit, words))
    return [hit for hit, _ in kept]


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 1.0
