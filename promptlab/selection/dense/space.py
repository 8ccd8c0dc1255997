"""Where the members of a pool and the questions lie: the vectors of one encoder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from promptlab.encoder.prefixes import as_passage, as_query
from promptlab.index.embedding import (
    Similarity,
    Texts,
    embedded,
    encode,
    placed,
    said_of_long,
    together,
)
from promptlab.index.hit import Hit
from promptlab.index.imagined import Imagined
from promptlab.protocols import Encoder, Step
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
        encoder: Texts to vectors; where it has prefixes, they stand before what is read.
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
    _known: "dict[str, NDArray[np.float32]]" = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def texts(self) -> Texts:
        """What is read of the members."""
        rendered = (render_member(self.text, example) for example in self.examples)
        texts = [as_passage(self.encoder, text) for text in rendered]
        names = [example.id for example in self.examples]
        return Texts.of(texts, self.encoder, self.similarity, names)

    @property
    def vectors(self) -> "NDArray[np.float32]":
        """The members' vectors, shape (members, dimensions)."""
        return embedded(self.texts)

    def place(self, question: Question) -> "NDArray[np.float32]":
        """Return a question's vector, shape (dimensions,)."""
        text = self._asked(question)
        known = self._known.get(text)
        encoded = encode(self.encoder, [text]) if known is None else known[None]
        vector: NDArray[np.float32] = placed(self.texts, encoded)[0]
        return vector

    def ahead(self, questions: Sequence[Question]) -> None:
        """Encode the questions of a batch together, and forget those of the last."""
        texts = tuple(dict.fromkeys(map(self._asked, questions)))
        known = together(Texts(texts, self.encoder.identity, self.encoder))
        self._known.clear()
        self._known.update(known)

    def unread(self, questions: Sequence[Question]) -> str:
        """Say which of the questions the encoder does not read to their ends."""
        texts, names = list(map(self._asked, questions)), [each.id for each in questions]
        return said_of_long(self.encoder, texts, f"the {len(texts)} questions", names)

    def _asked(self, question: Question) -> str:
        text = render(self.text if self.query is None else self.query, question)
        is_passage = isinstance(question, Imagined)
        return as_passage(self.encoder, text) if is_passage else as_query(self.encoder, text)


@dataclass(frozen=True)
class Within:
    """Ranks hits anew by where they and the question lie.

    Attributes:
        space: Where that is.
        choose: Given the space, the question, the hits and how many are wanted, the best first.
    """

    space: Space
    choose: Callable[[Space, Question, Sequence[Hit], int], Step[Sequence[Hit]]]

    def __call__(self, question: Question, hits: Sequence[Hit], count: int) -> Step[Sequence[Hit]]:
        """Return the best hits first."""
        return self.choose(self.space, question, hits, count)

    def ahead(self, questions: Sequence[Question]) -> None:
        """Encode the questions of a batch together."""
        self.space.ahead(questions)
