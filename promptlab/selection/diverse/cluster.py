r"""One representative of each cluster of the pool: varied demonstrations, the same for everybody.

Zhang et al., Automatic Chain of Thought Prompting in Large Language Models (2022),
https://github.com/amazon-science/auto-cot, whose published clusters are those of its settings:
text "Q: {question}\nA:", seed 192, ten restarts, all-MiniLM-L6-v2.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain
from typing import ClassVar

from promptlab.encoder.prefixes import as_passage
from promptlab.index.embedding import Texts
from promptlab.index.hit import Hit
from promptlab.protocols import Encoder
from promptlab.selection.combined.round_robin import deal
from promptlab.selection.exclusion import content
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import by_place
from promptlab.selection.text import QUESTION_FIRST, check_format, render_member
from promptlab.types import Example, Question


@dataclass(frozen=True)
class Cluster:
    """Select the member nearest to each of `k` centroids, in the order of the clusters' numbers.

    Every representative carries its `alternates`: the rest of its cluster, nearest to the centroid
    first. A representative that is the question itself is replaced by its first alternate. Where
    repeated texts leave clusters empty, the others give a second member each, and so on. A
    question that the pool holds several times is shown once, unless there are too few others.

    Attributes:
        k: How many clusters, and demonstrations.
        encoder: Texts to unit vectors. It reads the pool when the first question is asked.
        seed: Where k-means starts.
        n_init: Restarts of k-means, of which the best counts.
        text: What of a question is read: a format of `question`, `context` and `choices`. What
            is beyond the encoder's window is not read, so the question stands first.
    """

    k: int
    encoder: Encoder
    seed: int = 0
    n_init: int = 10
    text: str = QUESTION_FIRST

    def __post_init__(self) -> None:
        """Check the parameters of k-means."""
        check_k(self.k)
        check_format(self.text)
        if self.n_init < 1:
            raise ValueError(f"n_init is {self.n_init}; expected at least 1 start of k-means")

    def fit(self, pool: Sequence[Example]) -> "FittedCluster":
        """Read the pool; raise `ValueError` where it is too small, warn where it repeats itself."""
        distinct = len({content(example.question) for example in pool})
        members = Pool.of(pool, self.k)
        fitted = FittedCluster(self.k, members, partial(self._clusters, members))
        if distinct < self.k:
            warnings.warn(
                f"k is {self.k}, but the pool's {len(pool)} examples ask only {distinct} different "
                f"questions, so that some are shown twice; lower k to {distinct} or less, or give "
                "a pool with fewer repetitions",
                stacklevel=2,
            )
        return fitted

    def _clusters(self, pool: Pool) -> tuple[tuple[int, ...], ...]:
        if self.k == 0:
            return ()
        from promptlab.selection.diverse.kmeans import clusters_of  # noqa: PLC0415 (loads scikit-learn)

        rendered = (render_member(self.text, example) for example in pool.examples)
        texts = [as_passage(self.encoder, text) for text in rendered]
        names = [example.id for example in pool.examples]
        read = Texts.of(texts, self.encoder, names=names)
        return clusters_of(read, self.k, self.seed, self.n_init)


@dataclass(frozen=True)
class KnownClusters:
    """Select as `Cluster` does, from clusters that were found before.

    Attributes:
        k: How many demonstrations.
        clusters: The pool's members by index, those of each cluster nearest to its centre first.
    """

    k: int
    clusters: tuple[tuple[int, ...], ...]

    def fit(self, pool: Sequence[Example]) -> "FittedCluster":
        """Read the pool; raise `ValueError` where it is too small."""
        clusters = tuple(tuple(cluster) for cluster in self.clusters)
        return FittedCluster(self.k, Pool.of(pool, self.k), lambda: clusters)


@dataclass(frozen=True)
class FittedCluster:
    """The clusters of one pool, which are found when the first question is asked."""

    scored: ClassVar[bool] = False
    k: int
    pool: Pool
    find: Callable[[], tuple[tuple[int, ...], ...]]

    def __call__(self, question: Question) -> tuple[Example, ...]:
        """Return the representatives, in the order of the clusters' numbers."""
        excluded = self.pool.excluded(question)
        return self._represented(excluded) if excluded else self._everybody

    def ranked(self, question: Question, count: int) -> Sequence[Hit]:
        """Return the representatives, then the second of each cluster, and so on."""
        left = self._left(self.pool.excluded(question))
        return by_place([member for _, member in self._dealt(left, count)])

    @cached_property
    def _everybody(self) -> tuple[Example, ...]:
        return self._represented(frozenset())

    def _represented(self, excluded: frozenset[int]) -> tuple[Example, ...]:
        left = self._left(excluded)
        dealt = self._dealt(left, self.k)
        taken = {member for _, member in dealt}
        asked = {self._contents[member] for member in taken}
        # The first of a cluster carries all its alternates, so that no two demonstrations can
        # be replaced by the same one, nor by one that asks what another asks.
        first = dict(reversed(dealt))
        return tuple(
            replace(
                self.pool.examples[member],
                alternates=tuple(
                    self.pool.examples[i]
                    for i in (left[group] if first[group] == member else ())
                    if i not in taken
                    and (
                        self._contents[i] not in asked
                        or self._contents[i] == self._contents[member]
                    )
                ),
            )
            for group, member in dealt
        )

    def _left(self, excluded: frozenset[int]) -> list[list[int]]:
        return [[i for i in cluster if i not in excluded] for cluster in self.clusters]

    def _dealt(self, clusters: Sequence[Sequence[int]], count: int) -> list[tuple[int, int]]:
        """Return pairs of a cluster and its member: first who asks something new, then the rest."""
        once = self._once(clusters)
        again = [
            [i for i in all_ if i not in new]
            for all_, new in zip(clusters, map(set, once), strict=True)
        ]
        return [*deal(once, count), *deal(again, count)][:count]

    def _once(self, clusters: Sequence[Sequence[int]]) -> list[list[int]]:
        """Leave out the members that ask what an earlier one asks."""
        first: dict[str, int] = {}
        for member in chain.from_iterable(clusters):
            first.setdefault(self._contents[member], member)
        return [[i for i in cluster if first[self._contents[i]] == i] for cluster in clusters]

    @cached_property
    def _contents(self) -> tuple[str, ...]:
        return tuple(content(example.question) for example in self.pool.examples)

    @cached_property
    def clusters(self) -> tuple[tuple[int, ...], ...]:
        """The members of each cluster by index, nearest to its centre first."""
        return self.find()
