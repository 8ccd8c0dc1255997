"""As many demonstrations of one label as of another."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from promptlab.protocols import Select
from promptlab.selection.combined.round_robin import deal
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import Ranker, Unscored
from promptlab.types import Example, Question


@dataclass(frozen=True)
class Balanced:
    """Draw a member of each label in turn, until there are `k`.

    The seed decides the order of the labels and which members stand for each. Where `k` is not a
    multiple of the number of labels, the labels that come first in that order have one more; a
    label that has run out is passed over. A member that is the question itself is replaced by the
    next of its label, and the others stay. A label is an answer as the pool writes it.
    """

    k: int
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the number of demonstrations."""
        check_k(self.k)

    def fit(self, pool: Sequence[Example]) -> Select:
        """Sort the pool by label; raise `ValueError` where it is too small."""
        members = Pool.of(pool, self.k)
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for index, example in enumerate(members.examples):
            groups[example.answer].append(index)
        labels = sorted(groups)
        self._shuffle(labels, "labels")
        for label in labels:
            self._shuffle(groups[label], f"members:{label}")
        shuffled = tuple(tuple(groups[label]) for label in labels)
        return Ranker(members, self.k, Unscored(partial(self._dealt, members, shuffled)))

    def _dealt(
        self, pool: Pool, groups: tuple[tuple[int, ...], ...], question: Question, count: int
    ) -> list[int]:
        excluded = pool.excluded(question)
        if excluded:
            groups = tuple(tuple(i for i in group if i not in excluded) for group in groups)
        return [index for _, index in deal(groups, count)]

    def _shuffle(self, items: list[str] | list[int], what: str) -> None:
        random.Random(f"{self.seed}:{what}").shuffle(items)  # noqa: S311 (a draw, not a secret)
