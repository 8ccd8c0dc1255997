"""Where the members of a pool and the questions lie: the vectors of one encoder."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from promptlab.index.embedding import Similarity, Texts, embedded, encode, placed
from promptlab.protocols import Encoder
from promptlab.selection.text import render, render_member
from promptlab.types import Example, Question

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Space:
    """Members and questions as vectors; nothing is encoded before it is needed.

    Attributes:
        examples: The members, in the pool's order.
        encoder: Texts to vectors.
        text: What of a member is read, as a format.
        query: What of a question is read; as of a member, where it is None.
        similarity: What the inner product of two vectors is: by default they are unit vectors,
            and it is the cosine.
    """

    examples: Sequence[Example]
    encoder: Encoder
    text: str
    query: str | None = None
    similarity: Similarity = "cosine"

    @cached_property
    def texts(self) -> Texts:
        """What is read of the members."""
        texts = [render_member(self.text, example) for example in self.examples]
        names = [example.id for example in self.examples]
        return Texts.of(texts, self.encoder, self.similarity, names)

    @property
    def vectors(self) -> "NDArray[np.float32]":
        """The members' vectors, shape (members, dimensions)."""
        return embedded(self.texts)

    def place(self, question: Question) -> "NDArray[np.float32]":
        """Return a question's vector, shape (dimensions,)."""
        query = self.text if self.query is None else self.query
        encoded = encode(self.encoder, [render(query, question)])
        vector: NDArray[np.float32] = placed(self.texts, encoded)[0]
        return vector
