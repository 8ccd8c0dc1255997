"""The members that share the most runs of words with the question: sentence-BLEU.

As LangChain's `NGramOverlapExampleSelector`: the question is the hypothesis and a member the
reference. It sorts and leaves none out, as its threshold of -1 does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from promptlab.index.hit import Hit
from promptlab.index.overlap import Overlap
from promptlab.index.ranking import hits
from promptlab.index.tokenise import tokens
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import Ranker
from promptlab.selection.text import WHOLE, check_formats, render, render_member
from promptlab.types import Example, Question


@dataclass(frozen=True)
class NGramOverlap:
    """Select the `k` members with the highest BLEU, ties to the lower index.

    Where too few members share a word with the question, the pool's first ones fill the places.
    Where writing puts no space between words, every character is one.

    Attributes:
        k: How many.
        text: What of a member is read: a format of `question`, `context`, `choices` and `answer`.
        query: What of a question is read; as of a member, where it is None.
    """

    k: int
    text: str = WHOLE
    query: str | None = None

    def __post_init__(self) -> None:
        """Check the number of demonstrations and the formats."""
        check_k(self.k)
        check_formats(self.text, self.query)

    def fit(self, pool: Sequence[Example]) -> Ranker:
        """Index the pool; raise `ValueError` where it is too small."""
        members = Pool.of(pool, self.k)
        texts = tuple(render_member(self.text, example) for example in members.examples)
        query = self.text if self.query is None else self.query
        return Ranker(members, self.k, Overlapping(_index(texts), query))


@dataclass(frozen=True, slots=True)
class Overlapping:
    """BLEU over one pool.

    Attributes:
        index: The members' n-grams.
        query: What of a question is read, as a format.
    """

    index: Overlap
    query: str

    def __call__(self, question: Question, count: int) -> list[Hit]:
        """Return the members with the highest scores, best first."""
        words = tokens(render(self.query, question), pairs=False)
        return hits(self.index.bleu(words), count)


@lru_cache(maxsize=8)
def _index(texts: tuple[str, ...]) -> Overlap:
    """Index texts once for all the variants of a sweep that read the same."""
    return Overlap.of([tokens(text, pairs=False) for text in texts])
