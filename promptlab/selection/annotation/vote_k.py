"""Fast Vote-k: what to label is what much of the pool is like, and unlike what is labelled already.

Su et al., Selective Annotation Makes Language Models Better Few-Shot Learners (2023).
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.protocols import Encoder, Select, Selection, Step
from promptlab.selection.dense.space import Space
from promptlab.selection.narrowed import Choice, affordable, check_budget, narrow
from promptlab.selection.pool import counted
from promptlab.selection.text import QUESTION_FIRST, check_format
from promptlab.types import Example


@dataclass(frozen=True)
class VoteK:
    """Choose `budget` members that represent the pool; demonstrations come from these alone.

    Every member votes for those most like it. One after another the member is chosen for which
    most votes count, of equals the one with the lower index; a vote of a member that has voted for
    s chosen ones counts 10 ** -s, and that of a chosen one nothing. No label is looked at.

    Attributes:
        inner: Takes the demonstrations for a question from the chosen ones.
        encoder: Texts to unit vectors.
        budget: How many are chosen; all of a pool that is smaller, with a warning.
        neighbours: How many others each member votes for; about a twentieth of the pool in the
            paper. Where that is all others, votes tell nobody apart, and there is a warning.
        text: What of a member is read: a format of `question`, `context` and `choices`.
    """

    inner: Selection
    encoder: Encoder
    budget: int = 50
    neighbours: int = 150
    text: str = QUESTION_FIRST

    def __post_init__(self) -> None:
        """Check the numbers and the format."""
        check_budget(self.budget, self.inner)
        check_neighbours(self.neighbours)
        check_format(self.text)

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Choose, and fit the inner selection; raise `ValueError` where the pool is too small."""
        return narrow(self, pool, self.inner)

    def choose(self, pool: Sequence[Example]) -> Sequence[Choice]:
        """Choose the members that represent the pool, the first chosen first."""
        from promptlab.selection.annotation.votes import Ballot, fast_vote_k, votes_of  # noqa: PLC0415  numpy

        count = affordable(self.budget, pool)
        if count < len(pool):
            check_told_apart(self.neighbours, pool)
        texts = Space(pool, self.encoder, self.text).texts
        elected = fast_vote_k(Ballot(votes_of(texts, self.neighbours)), count)
        return [Choice(member, _why(score)) for member, score in elected]


def _why(score: float) -> str:
    return f"the votes of members like it count {score:.3g}"


def check_told_apart(neighbours: int, pool: Sequence[Example]) -> None:
    """Warn where every member votes for every other."""
    if neighbours >= len(pool) - 1:
        warnings.warn(
            f"neighbours is {neighbours}, and the pool holds only {counted(len(pool))}: each votes "
            "for all others, and of equals the first are chosen; set selection.neighbours lower, "
            f"to {max(1, len(pool) // 20)} say",
            stacklevel=2,
        )


def check_neighbours(neighbours: int) -> None:
    """Check that there are votes.

    Raises:
        ValueError: nobody votes.
    """
    if neighbours < 1:
        raise ValueError(f"neighbours is {neighbours}; expected at least 1")
