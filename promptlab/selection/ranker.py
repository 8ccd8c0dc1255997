"""Fitted selections that hand on their ranking, so that others can choose among its first."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from inspect import isfunction
from itertools import islice
from typing import ClassVar, TypeAlias

from promptlab.index.hit import Hit
from promptlab.index.ranked import Ranked, is_scored
from promptlab.program import then
from promptlab.protocols import Ahead, Select, Selection, Step
from promptlab.selection.pool import Pool
from promptlab.types import Example, Question

Rank: TypeAlias = Callable[[Question, int], Step[Sequence[Hit]]]
"""Ranks members of a pool: given a question and how many are wanted, the best hits first."""

Rerank: TypeAlias = Callable[[Question, Sequence[Hit], int], Step[Sequence[Hit]]]
"""Ranks hits anew: given a question, the hits and how many are wanted, at least so many of them."""


@dataclass(frozen=True, slots=True)
class Ranker:
    """A fitted selection that takes the first `k` of a ranking made for each question.

    Attributes:
        pool: The members.
        k: How many are taken.
        rank: Ranks them; where it names the question itself, that is left out here.
    """

    pool: Pool
    k: int
    rank: Rank

    @property
    def scored(self) -> bool:
        """Whether what ranks scores how like the question the members are."""
        return is_scored(self.rank)

    def __call__(self, question: Question) -> Step[tuple[Example, ...]]:
        """Return the first members of the ranking."""
        return then(self.ranked(question, self.k), self.pool.members)

    def ranked(self, question: Question, count: int) -> Step[Sequence[Hit]]:
        """Return up to `count` members, best first, never the question itself."""
        if count == 0:
            return ()
        excluded = self.pool.excluded(question)
        found = self.rank(question, count + len(excluded))
        return then(found, lambda hits: [hit for hit in hits if hit.index not in excluded][:count])

    def ahead(self, questions: Sequence[Question]) -> None:
        """Let what ranks prepare for the questions of a batch."""
        look_ahead(self.rank, questions)


@dataclass(frozen=True, slots=True)
class FixedRanking:
    """A fitted selection that ranks its pool once, for all questions.

    Where one of its first `k` members is the question itself, the next stands in.

    Attributes:
        pool: The members.
        hits: All of them, best first.
        k: How many are taken.
        scored: Whether the hits' scores are more than places.
    """

    pool: Pool
    hits: Sequence[Hit]
    k: int
    scored: bool = True

    def __call__(self, question: Question) -> tuple[Example, ...]:
        """Return the first members, in the order of the ranking."""
        return self.pool.members(self.ranked(question, self.k))

    def ranked(self, question: Question, count: int) -> Sequence[Hit]:
        """Return the first `count` that are not the question itself."""
        excluded = self.pool.excluded(question)
        return list(islice((hit for hit in self.hits if hit.index not in excluded), count))


def ranking(select: Select) -> Ranked:
    """Return a fitted selection that others can choose among.

    Raises:
        ValueError: it does not hand on a ranking.
    """
    if isinstance(select, Ranked):
        return select
    raise ValueError(
        f"selection.inner is {_name(select)}, which hands on no ranking with scores; "
        "give one that does, as knn, bm25 and random do"
    )


def _name(select: Select) -> str:
    """Name a fitted selection by the selection that it is of, which is its file's name.

    What is fitted may be a function, a method, or of a class beside that of the selection.
    """
    made = select if isfunction(select) else type(getattr(select, "__self__", select))
    return made.__module__.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Reranked:
    """Ranks the first `candidates` of a ranking anew; those after them follow as they were.

    Attributes:
        inner: Ranks.
        candidates: How many of its first are ranked anew.
        rerank: Ranks them.
        scores: Whether that gives them scores of its own, which those after them do not have;
            otherwise all are as like the question as the inner ranking says.
    """

    inner: Ranked
    candidates: int
    rerank: Rerank
    scores: bool = True

    @property
    def scored(self) -> bool:
        """Whether the hits say how like the question they are."""
        return self.scores or is_scored(self.inner)

    def __call__(self, question: Question, count: int) -> Step[Sequence[Hit]]:
        """Return the best hits first."""
        found = self.inner.ranked(question, max(self.candidates, count))
        return then(found, partial(self._anew, question, count))

    def ahead(self, questions: Sequence[Question]) -> None:
        """Let both rankings prepare for the questions of a batch."""
        look_ahead(self.inner, questions)
        look_ahead(self.rerank, questions)

    def _anew(self, question: Question, count: int, found: Sequence[Hit]) -> Step[Sequence[Hit]]:
        first, rest = found[: self.candidates], found[self.candidates : count]
        anew = self.rerank(question, first, min(count, len(first)))
        return then(anew, lambda best: [*best, *map(self._after, rest)])

    def _after(self, hit: Hit) -> Hit:
        """Let a member score below all that were ranked anew, whose scores are others."""
        return Hit(hit.index, -math.inf, None if self.scores else hit.similarity)


@dataclass(frozen=True, slots=True)
class Over:
    """Ranks by what other rankings find, and lets these prepare for the questions of a batch."""

    inners: Sequence[Ranked]
    rank: Rank

    @property
    def scored(self) -> bool:
        """Whether any of them says how like the question its members are."""
        return any(map(is_scored, self.inners))

    def __call__(self, question: Question, count: int) -> Step[Sequence[Hit]]:
        """Return the best hits first."""
        return self.rank(question, count)

    def ahead(self, questions: Sequence[Question]) -> None:
        """Let all of them prepare."""
        for inner in self.inners:
            look_ahead(inner, questions)


@dataclass(frozen=True, slots=True)
class Unscored:
    """Ranks in an order that says nothing of how like the question a member is."""

    order: Callable[[Question, int], Iterable[int]]
    scored: ClassVar[bool] = False

    def __call__(self, question: Question, count: int) -> Sequence[Hit]:
        """Return the first members of the order."""
        return by_place(self.order(question, count))


def choose_among(
    pool: Sequence[Example],
    k: int,
    inner: Selection,
    candidates: int,
    rerank: Rerank,
    *,
    scores: bool = True,
) -> Step[Select]:
    """Fit a selection that takes `k` of another's first `candidates`, ranked anew.

    Args:
        pool: The members.
        k: How many are taken.
        inner: Ranks the pool.
        candidates: How many of its first are ranked anew.
        rerank: Ranks them.
        scores: Whether that scores them, too.

    Raises:
        ValueError: the pool is too small, or the other hands on no ranking.
    """
    members = Pool.of(pool, k)

    def around(fitted: Select) -> Select:
        return Ranker(members, k, Reranked(ranking(fitted), candidates, rerank, scores))

    return then(inner.fit(pool), around)


def look_ahead(part: object, questions: Sequence[Question]) -> None:
    """Let a part of a selection prepare for the questions of a batch, where it can."""
    if isinstance(part, Ahead):
        part.ahead(questions)


def by_place(indices: Iterable[int]) -> list[Hit]:
    """Make hits of members that are ranked without scores: the first scores 0, the next -1, …."""
    return [Hit(index, -float(place)) for place, index in enumerate(indices)]


def in_order(hits: Iterable[Hit]) -> list[Hit]:
    """Let hits score by their places, as `by_place` does, and be as like the question as before."""
    return [Hit(hit.index, -float(place), hit.similarity) for place, hit in enumerate(hits)]


def check_candidates(candidates: int, k: int) -> None:
    """Check that there are enough candidates to choose from.

    Raises:
        ValueError: `candidates` is below 1 or below `k`.
    """
    if candidates < max(1, k):
        raise ValueError(
            f"candidates is {candidates}, and k is {k}; expected at least as many candidates as "
            "are to be shown, or nothing is chosen"
        )
