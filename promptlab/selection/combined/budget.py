"""As many demonstrations as a budget holds: the k of each question.

Rubin, Herzig and Berant, Learning To Retrieve Prompts for In-Context Learning (2022), fill the
window with the longest beginning of the ranking that fits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, takewhile
from typing import Literal

from promptlab.index.hit import Hit
from promptlab.index.ranked import Ranked
from promptlab.program import then
from promptlab.protocols import CountTokens, Select, Selection, Step
from promptlab.selection.combined.token_counts import TokenCounts, check_tokens
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import Over, Ranker, ranking
from promptlab.types import Example, Question

AUTO = 2000
"""Characters of all demonstrations together, where nothing is said."""


@dataclass(frozen=True)
class Budget:
    """Take of the inner selection's first `k` as many as its bounds hold, from the first on.

    Attributes:
        k: How many, at most.
        inner: Ranks the pool.
        characters: The most of all demonstrations together; a token of English has about four.
            `auto` is 2000 where no tokens are said, and no bound where they are.
        tokens: The most of all demonstrations together; where both bounds are given, both hold.
        tokenizer: Counts them.
    """

    k: int
    inner: Selection
    characters: int | Literal["auto"] | None = "auto"
    tokens: int | None = None
    tokenizer: CountTokens | None = None

    def __post_init__(self) -> None:
        """Check the numbers, and that something counts tokens where they are bounded.

        Raises:
            ValueError: a number makes no sense, or tokens are bounded and no tokenizer is there.
        """
        check_k(self.k)
        if self.most is not None and self.most < 1:
            raise ValueError(f"characters is {self.characters}; expected at least 1, or null")
        check_tokens(self.tokens, self.tokenizer)

    @property
    def most(self) -> int | None:
        """The most characters; None where these are no bound."""
        if self.characters != "auto":
            return self.characters
        return AUTO if self.tokens is None else None

    @property
    def bounds(self) -> str:
        """What keeps demonstrations out, for a message."""
        bounds = {"characters": self.most, "tokens": self.tokens}
        return ", ".join(f"{name}={most}" for name, most in bounds.items() if most is not None)

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Fit the inner selection; raise `ValueError` where the pool is too small."""
        members = Pool.of(pool, self.k)
        counted = TokenCounts(self.tokenizer, members.examples)

        def around(inner: Select) -> Select:
            ranked = ranking(inner)
            rank = partial(self._rank, members, counted, ranked)
            return Ranker(members, self.k, Over([ranked], rank))

        return then(self.inner.fit(pool), around)

    def _rank(
        self, pool: Pool, counted: TokenCounts, inner: Ranked, question: Question, count: int
    ) -> Step[Sequence[Hit]]:
        def fitting(found: Sequence[Hit]) -> Sequence[Hit]:
            held = found
            if self.most is not None:
                sizes = (pool.examples[hit.index].length for hit in held)
                held = held[: _held(sizes, self.most)]
            if self.tokens is not None:
                held = held[: _held((counted.each[hit.index] for hit in held), self.tokens)]
            return held

        return then(inner.ranked(question, count), fitting)


def _held(sizes: Iterable[int], most: int) -> int:
    """How many of the sizes, from the first on, sum up to no more than the most."""
    return len(list(takewhile(lambda total: total <= most, accumulate(sizes))))
