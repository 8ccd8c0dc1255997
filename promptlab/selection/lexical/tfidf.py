"""The members whose words are most like the question's, by the cosine of their TF-IDF vectors.

A word's weight is its count times ln((1 + N) / (1 + n)) + 1, where n of the pool's N members hold
it: scikit-learn's, which is never negative, however small the pool.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from promptlab.index.hit import Hit
from promptlab.index.ranking import hits
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import Ranker
from promptlab.selection.text import WHOLE, check_formats, render, render_member
from promptlab.types import Example, Question

if TYPE_CHECKING:
    from promptlab.index.tfidf import Weighted


@dataclass(frozen=True)
class TFIDF:
    """Select the `k` members with the highest cosines, ties to the lower index.

    Where too few members share a word with the question, the pool's first ones fill the places.

    Attributes:
        k: How many.
        sublinear: Count a word that is there `n` times as 1 + ln n.
        text: What of a member is read: a format of `question`, `context`, `choices` and `answer`.
        query: What of a question is read; as of a member, where it is None.
    """

    k: int
    sublinear: bool = False
    text: str = WHOLE
    query: str | None = None

    def __post_init__(self) -> None:
        """Check the number of demonstrations and the formats."""
        check_k(self.k)
        check_formats(self.text, self.query)

    def fit(self, pool: Sequence[Example]) -> Ranker:
        """Read the pool; raise `ValueError` where it is too small."""
        members = Pool.of(pool, self.k)
        texts = tuple(render_member(self.text, example) for example in members.examples)
        query = self.text if self.query is None else self.query
        return Ranker(members, self.k, Alike(texts, self.sublinear, query))


@dataclass(frozen=True)
class Alike:
    """The cosines of one pool, whose words are weighed when the first question is asked.

    Attributes:
        texts: What is read of the members.
        sublinear: As of `TFIDF`.
        query: What of a question is read, as a format.
    """

    texts: tuple[str, ...]
    sublinear: bool
    query: str

    def __call__(self, question: Question, count: int) -> list[Hit]:
        """Return the members with the highest cosines, best first."""
        return hits(self._index.cosines(render(self.query, question)), count)

    @cached_property
    def _index(self) -> "Weighted":
        from promptlab.index.tfidf import weighted  # noqa: PLC0415 (loads scikit-learn)

        return weighted(self.texts, self.sublinear)
