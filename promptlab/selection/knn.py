"""The members most like the question, by the cosine of their embeddings.

Liu et al., What Makes Good In-Context Examples for GPT-3? (2022).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from promptlab.index.embedding import Texts, encode
from promptlab.protocols import Encoder
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.text import QUESTION_FIRST, check_format, render
from promptlab.types import Example, Question

if TYPE_CHECKING:
    from promptlab.index.dense import Index


@dataclass(frozen=True)
class KNN:
    """Select the `k` nearest members, ties to the lower index.

    Attributes:
        k: How many.
        encoder: Texts to unit vectors. It reads the pool when the first question is asked.
        text: What of a question is read: a format of `question`, `context` and `choices`. What
            is beyond the encoder's window is not read, so the question stands first.
    """

    k: int
    encoder: Encoder
    text: str = QUESTION_FIRST

    def __post_init__(self) -> None:
        """Check the number of demonstrations and the format."""
        check_k(self.k)
        check_format(self.text)

    def fit(self, pool: Sequence[Example]) -> "FittedKNN":
        """Read the pool; raise `ValueError` where it is too small."""
        return FittedKNN(self, Pool.of(pool, self.k))


@dataclass(frozen=True)
class FittedKNN:
    """Nearest members of one pool."""

    selection: KNN
    pool: Pool

    def __call__(self, question: Question) -> tuple[Example, ...]:
        """Return the nearest members, nearest first."""
        k = self.selection.k
        if k == 0:
            return ()
        text = render(self.selection.text, question)
        vector = encode(self.selection.encoder, [text])[0]
        enough = k + len(self.pool.excluded(question))
        return self.pool.take(self._index.nearest(vector, enough), question, k)

    @cached_property
    def _index(self) -> "Index":
        from promptlab.index.dense import index_of  # noqa: PLC0415 (loads faiss)

        texts = [render(self.selection.text, example.question) for example in self.pool.examples]
        return index_of(Texts.of(texts, self.selection.encoder))
