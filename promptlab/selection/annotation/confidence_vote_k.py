"""Confidence Vote-k: a few seeds by votes, then of each level of the model's confidence one.

The second method of Su et al., Selective Annotation Makes Language Models Better Few-Shot Learners
(2023).
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlab.context import shortened
from promptlab.program import parallel
from promptlab.protocols import Encoder, Program, Select, Selection, Step, Strategy
from promptlab.selection.annotation.vote_k import check_neighbours, check_told_apart
from promptlab.selection.dense.space import Space
from promptlab.selection.narrowed import Choice, affordable, check_budget, narrow
from promptlab.selection.pool import Pool
from promptlab.selection.text import QUESTION_FIRST, check_format
from promptlab.types import Answer, Example

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class ConfidenceVoteK:
    """Choose `budget` members: seeds by fast Vote-k, the others by confidence and votes together.

    The model answers every member that is no seed, shown the seeds, the most alike last. The least
    sure nine tenths are dealt, in the order of confidence, into equal buckets, one for each label
    that is left to buy; of each the member with the highest score in votes is chosen, of equals the
    one the model is less sure of. The votes are discounted all the while, as `vote_k` does it.

    Attributes:
        inner: Takes the demonstrations for a question from the chosen ones.
        encoder: Texts to unit vectors.
        strategy: Answers; its confidence is the share of the first of its votes, as `choose` gives
            the probability of each possible answer, and a vote that of its draws.
        budget: How many are chosen; all of a pool that is smaller, with a warning.
        seeds: How many of these by votes alone. Those without an answer are not shown.
        neighbours: How many others each member votes for, as in `vote_k`.
        text: What of a member is read: a format of `question`, `context` and `choices`.
    """

    inner: Selection
    encoder: Encoder
    strategy: Strategy
    budget: int = 50
    seeds: int = 10
    neighbours: int = 150
    text: str = QUESTION_FIRST

    def __post_init__(self) -> None:
        """Check the numbers and the format."""
        check_budget(self.budget, self.inner)
        check_neighbours(self.neighbours)
        check_format(self.text)
        if not 1 <= self.seeds < self.budget:
            raise ValueError(
                f"seeds is {self.seeds}, and budget is {self.budget}; expected at least 1 seed, "
                "and fewer than the budget, for the model to be asked about the others"
            )

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Choose, and fit the inner selection; raise `ValueError` where the pool is too small."""
        return narrow(self, pool, self.inner)

    def choose(self, pool: Sequence[Example]) -> Program[Sequence[Choice]]:
        """Choose the seeds, ask about all others, and choose of these."""
        from promptlab.selection.annotation.votes import Ballot, fast_vote_k, votes_of  # noqa: PLC0415  numpy

        count = affordable(self.budget, pool)
        if count < len(pool):
            check_told_apart(self.neighbours, pool)
        space = Space(pool, self.encoder, self.text)
        ballot = Ballot(votes_of(space.texts, self.neighbours))
        first = fast_vote_k(ballot, min(self.seeds, count))
        seeds = [member for member, _ in first]
        sure = yield from self._confidences(pool, space.vectors, seeds, asked=count > len(seeds))
        order = sorted(sure, key=lambda member: (sure[member], member))
        chosen = [ballot.elect(bucket) for bucket in buckets(order, count - len(seeds))]
        return [
            *(Choice(member, f"a seed: {_votes(score)}") for member, score in first),
            *(
                Choice(member, f"confidence {sure[member]:.2f}: {_votes(score)}")
                for member, score in chosen
            ),
        ]

    def _confidences(
        self,
        pool: Sequence[Example],
        vectors: "NDArray[np.float32]",
        seeds: Sequence[int],
        *,
        asked: bool,
    ) -> Program[dict[int, float]]:
        """Return how sure the model is of its answer to each member that is no seed, 0 to 1."""
        members = Pool.of(pool, 0)
        shown = [seed for seed in seeds if pool[seed].answer]
        if asked and not shown:
            warnings.warn(
                f"none of the {len(seeds)} seeds has an answer, so that the model answers without "
                "demonstrations; with their answers in the pool it is shown them",
                stacklevel=2,
            )

        def sure(member: int) -> Program[float]:
            question = pool[member].question
            others = [seed for seed in shown if seed not in members.excluded(question)]
            alike = vectors[others] @ vectors[member]
            best = [pool[others[place]] for place in (-alike).argsort(kind="stable")]
            demos = tuple(reversed(best))
            solving = shortened(
                lambda demos: self.strategy.solve(question, demos), demos, best, "least_similar"
            )
            answer, _ = yield from solving
            return confidence(answer)

        rest = [index for index in range(len(pool)) if index not in set(seeds)] if asked else []
        values = yield from parallel(map(sure, rest))
        return dict(zip(rest, values, strict=True))


def confidence(answer: Answer) -> float:
    """Return the share of an answer's votes that its first has; 0 where it has none."""
    weights = [weight for _, weight in answer.votes]
    return max(weights) / sum(weights) if sum(weights) > 0 else 0.0


def buckets(order: Sequence[int], count: int) -> list[Sequence[int]]:
    """Divide the first nine tenths of an order into `count` equal parts; what is over is left out.

    Where these are fewer than the parts, each part is one, and they go beyond the nine tenths.
    """
    size = max(1, 9 * len(order) // (10 * count)) if count else 0
    return [order[number * size : (number + 1) * size] for number in range(count)]


def _votes(score: float) -> str:
    return f"the votes of members like it count {score:.3g}"
