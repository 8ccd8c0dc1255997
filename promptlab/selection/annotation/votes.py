"""Who is near whom, as votes: every member of a pool votes for the members most like it.

Su et al., Selective Annotation Makes Language Models Better Few-Shot Learners (2023).
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from promptlab.index.embedding import Texts, embedded
from promptlab.index.ranking import best

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BLOCK = 256
"""Members that are compared with all others at a time: memory must not grow as their square."""
NOWHERE = 1e-6
"""Shorter than this, what is left of a unit vector less the mean is rounding."""
ALIKE = 1e-9
"""Scores that differ by less than this share of the highest are equal but for rounding."""


@dataclass(eq=False)
class Ballot:
    """The votes of a pool, in which each chosen member makes its voters count a tenth.

    Attributes:
        votes: Whom each member votes for, shape (members, votes of each).
    """

    votes: "NDArray[np.intp]"
    weights: "NDArray[np.float64]" = field(init=False)
    """What each member's votes count: 10 ** -(how many chosen ones it votes for); 0 if chosen."""

    def __post_init__(self) -> None:
        """Let all votes count 1."""
        self.weights = np.ones(len(self.votes))

    def scores(self) -> "NDArray[np.float64]":
        """Return what the votes for each member count now, shape (members,)."""
        each = np.repeat(self.weights, self.votes.shape[1])
        counts = np.bincount(self.votes.ravel(), weights=each, minlength=len(self.votes))
        return counts.astype(np.float64, copy=False)

    def elect(self, among: "Sequence[int] | NDArray[np.intp]") -> tuple[int, float]:
        """Choose the member with the highest score, of equals the first, and discount its voters.

        Args:
            among: Who can be chosen.
        """
        scores = self.scores()[among]
        place = int(np.flatnonzero(scores >= scores.max() * (1 - ALIKE))[0])
        chosen = int(among[place])
        self.weights[(self.votes == chosen).any(axis=1)] /= 10
        self.weights[chosen] = 0
        return chosen, float(scores[place])


def fast_vote_k(ballot: Ballot, count: int) -> list[tuple[int, float]]:
    """Choose members one after another; return each with its score when it was chosen."""
    left = np.arange(len(ballot.votes))
    chosen = []
    for _ in range(count):
        member, score = ballot.elect(left)
        chosen.append((member, score))
        left = left[left != member]
    return chosen


@lru_cache(maxsize=4)
def votes_of(texts: Texts, neighbours: int) -> "NDArray[np.intp]":
    """Hold the vote once for all the variants of a sweep that read the same."""
    return votes(embedded(texts), neighbours)


def votes(vectors: "NDArray[np.float32]", neighbours: int) -> "NDArray[np.intp]":
    """Return the nearest other members of each, by the cosine of their mean-centred vectors.

    Args:
        vectors: Shape (members, dimensions).
        neighbours: How many each votes for; all others, where there are fewer.

    Returns:
        Indices, nearest first, ties to the lower index, shape (members, neighbours).
    """
    centred = centre(vectors)
    count = min(neighbours, len(vectors) - 1)
    found = np.empty((len(vectors), count), dtype=np.intp)
    for start in range(0, len(vectors), BLOCK):
        cosines = np.round(centred[start : start + BLOCK] @ centred.T, 9)
        for row, similar in enumerate(cosines):
            similar[start + row] = -np.inf  # nobody votes for itself
            found[start + row] = best(similar, count)
    return found


def centre(vectors: "NDArray[np.float32]") -> "NDArray[np.float64]":
    """Return unit vectors from the mean of all to each; zero for one that is the mean itself."""
    moved = vectors - vectors.mean(axis=0, dtype=np.float64)
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    near = lengths < NOWHERE
    unit: NDArray[np.float64] = np.where(near, 0.0, moved) / np.where(near, 1.0, lengths)
    return unit
