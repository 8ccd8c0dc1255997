"""The members most like the question, by the cosine of their embeddings.

Liu et al., What Makes Good In-Context Examples for GPT-3? (2022).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from promptlab.index.hit import Hit
from promptlab.protocols import Encoder
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import Ranker
from promptlab.selection.space import Space
from promptlab.selection.text import QUESTION_FIRST, check_format
from promptlab.types import Example, Question

if TYPE_CHECKING:
    from promptlab.index.dense import Index


@dataclass(frozen=True)
class KNN:
    """Select the `k` nearest members, ties to the lower index.

    Attributes:
        k: How many.
        encoder: Texts to unit vectors. It reads the pool when the first question is asked.
        text: What of a member is read: a format of `question`, `context`, `choices` and `answer`.
            What is beyond the encoder's window is not read, so the question stands first.
        query: What of a question is read; as of a member, where it is None. Some encoders want
            the two told apart: `text="passage: {question}"`, `query="query: {question}"`.
    """

    k: int
    encoder: Encoder
    text: str = QUESTION_FIRST
    query: str | None = None

    def __post_init__(self) -> None:
        """Check the number of demonstrations and the format."""
        check_k(self.k)
        check_format(self.text)
        check_format(self.query or "", "query")

    def fit(self, pool: Sequence[Example]) -> Ranker:
        """Read the pool; raise `ValueError` where it is too small."""
        members = Pool.of(pool, self.k)
        space = Space(members.examples, self.encoder, self.text, self.query)
        return Ranker(members, self.k, Nearest(space))


@dataclass(frozen=True)
class Nearest:
    """The members nearest to a question; the pool is read when the first is asked."""

    space: Space

    def __call__(self, question: Question, count: int) -> list[Hit]:
        """Return the nearest members with their cosines, nearest first."""
        place = self.space.place(question)
        return self._index.nearest(place, count)

    @cached_property
    def _index(self) -> "Index":
        from promptlab.index.dense import index_of  # noqa: PLC0415 (loads faiss)

        return index_of(self.space.texts)
