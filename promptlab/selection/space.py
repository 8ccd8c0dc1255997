"""Where the members of a pool and the questions lie: the unit vectors of one encoder."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from promptlab.index.embedding import Texts, embedded, encode
from promptlab.protocols import Encoder
from promptlab.selection.text import render, render_member
from promptlab.types import Example, Question

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Space:
    """Members and questions as unit vectors; nothing is encoded before it is needed.

    Attributes:
        examples: The members, in the pool's order.
        encoder: Texts to unit vectors.
        text: What of a member is read, as a format.
        query: What of a question is read; as of a member, where it is None.
    """

    examples: Sequence[Example]
    encoder: Encoder
    text: str
    query: str | None = None

    @cached_property
    def texts(self) -> Texts:
        """What is read of the members."""
        texts = [render_member(self.text, example) for example in self.examples]
        return Texts.of(texts, self.encoder)

    @property
    def vectors(self) -> "NDArray[np.float32]":
        """The members' vectors, shape (members, dimensions)."""
        return embedded(self.texts)

    def place(self, question: Question) -> "NDArray[np.float32]":
        """Return a question's vector, shape (dimensions,)."""
        query = self.text if self.query is None else self.query
        vector: NDArray[np.float32] = encode(self.encoder, [render(query, question)])[0]
        return vector
