"""Shared prefix: the demonstrations that most questions are shown come first.

A model that keeps what it has read of a prompt reads only what differs. Sets of demonstrations have
the longest beginnings in common where each is written by falling popularity, as in the prefix tree
of Han et al., Mining Frequent Patterns without Candidate Generation, 2000.
"""

import random
from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass

from promptlab.program import lifted, parallel
from promptlab.protocols import Ordering, Program, Select, Step
from promptlab.types import Example, Question


@dataclass(frozen=True)
class SharedPrefix:
    """Count how often each member of the pool is chosen, for members of the pool as questions.

    The order so found depends on the pool alone, and neither on the test questions nor on which
    was asked before; no question is among its own demonstrations while it is counted.

    Attributes:
        sample: How many members are asked for; all, where there are no more.
        seed: Decides which.
    """

    sample: int = 500
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the size of the sample."""
        if self.sample < 1:
            raise ValueError(f"sample is {self.sample}; expected at least 1")

    def fit(self, pool: Sequence[Example], select: Select) -> Step[Ordering]:
        """Count; a program where the selection asks."""
        chance = random.Random(f"shared_prefix:{self.seed}")  # noqa: S311  a draw
        asked = chance.sample(pool, min(self.sample, len(pool)))
        steps = [select(member.question) for member in asked]
        if any(isinstance(step, Generator) for step in steps):
            return _when_told(pool, steps)
        return by_popularity(pool, steps)  # type: ignore[arg-type]  # none is a program


@dataclass(frozen=True)
class ByRank:
    """Order demonstrations by the rank of their question.

    What has no rank comes last; among equals the better ranked by the selection comes first.

    Attributes:
        ranks: From 0.
    """

    ranks: Mapping[Question, int]

    def __call__(self, demos: Sequence[Example], question: Question) -> tuple[Example, ...]:  # noqa: ARG002 (an ordering is given it)
        """Return the demonstrations by rank."""
        return tuple(sorted(demos, key=self.rank))

    def rank(self, demo: Example) -> int:
        """Return the rank of a demonstration."""
        return self.ranks.get(demo.question, len(self.ranks))


@dataclass(frozen=True)
class KnownOrder:
    """The order of a pool that was found before.

    Attributes:
        order: The places of its members, first to last.
    """

    order: Sequence[int]

    def fit(self, pool: Sequence[Example], select: Select) -> Ordering:  # noqa: ARG002 (an ordering is fitted with it)
        """Return what orders the pool's members so."""
        return ranked(pool[place] for place in self.order)


def _when_told(
    pool: Sequence[Example], steps: Iterable[Step[Sequence[Example]]]
) -> Program[Ordering]:
    chosen = yield from parallel(map(lifted, steps))
    return by_popularity(pool, chosen)


def by_popularity(pool: Sequence[Example], chosen: Iterable[Sequence[Example]]) -> ByRank:
    """Rank the pool by how often each member was chosen; among equals the earlier comes first."""
    times = Counter(demo.question for demos in chosen for demo in demos)
    return ranked(sorted(pool, key=lambda member: -times[member.question]))


def ranked(members: Iterable[Example]) -> ByRank:
    """Rank members by their places."""
    questions = dict.fromkeys(member.question for member in members)
    return ByRank({question: rank for rank, question in enumerate(questions)})
