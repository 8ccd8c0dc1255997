"""A pool's embeddings, made once for all selections of a process that read the same texts."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from promptlab.protocols import Encoder
from promptlab.text.escaping import in_line

Similarity = Literal["cosine", "inner_product", "centred"]
"""What is compared of two texts: the angle between their vectors, the product of the vectors as
they are, or the angle as it is seen from the middle of the pool."""

AT_ONCE = 64
"""Questions encoded together: as few as are not taken for a pool."""
SHOWN = 3
"""How many texts a message names."""
UNKNOWN = 0.25
"""The share of unknown tokens above which an encoder is told not to know the language."""
LOOKED_AT = 200
"""Texts of a pool that are looked at for them."""
ROUNDING = 1e-3
"""More than the length of a unit vector differs from 1, in whatever dtype an encoder computes."""


@runtime_checkable
class Windowed(Protocol):
    """An encoder that knows how much of a text it reads."""

    def cut(self, texts: Sequence[str]) -> int:
        """Count the texts that are longer than what is read of them."""
        ...


@runtime_checkable
class Spelling(Protocol):
    """An encoder that knows which tokens its vocabulary holds."""

    def unknown(self, texts: Sequence[str]) -> float:
        """Return the share of the texts' tokens that it does not hold, 0 to 1."""
        ...


@dataclass(frozen=True)
class Texts:
    """A pool's texts to be encoded; equal where texts, similarity and encoder's identity are."""

    texts: tuple[str, ...]
    identity: str
    encoder: Encoder = field(compare=False)
    similarity: Similarity = "cosine"

    @classmethod
    def of(
        cls,
        texts: Sequence[str],
        encoder: Encoder,
        similarity: Similarity = "cosine",
        names: Sequence[str] = (),
    ) -> "Texts":
        """Note which encoder reads which texts, and warn where it cannot read them, or not all.

        Args:
            texts: What is read.
            encoder: Who reads it.
            similarity: What will be compared.
            names: What the texts are called in the warning; their places by default.
        """
        if said := said_of_long(encoder, texts, f"the pool's {len(texts)} texts", names):
            warnings.warn(said, RuntimeWarning, stacklevel=2)
        warn_of_unknown(encoder, texts)
        return cls(tuple(texts), encoder.identity, encoder, similarity)


def said_of_long(
    encoder: Encoder, texts: Sequence[str], whose: str, names: Sequence[str] = ()
) -> str:
    """Say how many texts an encoder does not read to their ends; nothing where it reads all.

    Args:
        encoder: Who reads.
        texts: What is read.
        whose: What they are together.
        names: What each is called; their places by default.
    """
    if not isinstance(encoder, Windowed):
        return ""
    if not (cut := _count_of_long(Texts(tuple(texts), encoder.identity, encoder))):
        return ""
    first = ", ".join(islice(_cut(encoder, texts, names), SHOWN))
    return (
        f"{cut} of {whose} are longer than the encoder's window "
        f"({first}{', …' if cut > SHOWN else ''}) and are read only as far as it reaches: "
        "what tells them apart should stand first in selection.text, or let windows be "
        "averaged (encoder.inner.long=average), or use an encoder with a longer window"
    )


@lru_cache(maxsize=8)
def _count_of_long(texts: Texts) -> int:
    """Count them once for all the variants of a sweep: what may be too long is tokenised."""
    return texts.encoder.cut(texts.texts) if isinstance(texts.encoder, Windowed) else 0


def _cut(encoder: Windowed, texts: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """Name the texts that are not read to their ends."""
    for place, text in enumerate(texts):
        if encoder.cut([text]):
            yield in_line(names[place]) if names else f"number {place + 1}"


def warn_of_unknown(encoder: Encoder, texts: Sequence[str]) -> None:
    """Warn where more than a quarter of the texts' tokens are unknown to the encoder.

    Args:
        encoder: Who reads.
        texts: Some of many are looked at.
    """
    some = texts[:: max(1, len(texts) // LOOKED_AT)][:LOOKED_AT]
    share = encoder.unknown(some) if some and isinstance(encoder, Spelling) else 0.0
    if share > UNKNOWN:
        # Without figures, so that what is true of pool and questions is told once.
        warnings.warn(
            f"more than {'half' if share > 1 / 2 else 'a quarter'} of the tokens of these texts "
            "are unknown to the encoder, which reads all of them as one: what it finds near is "
            "hardly alike. Name one that knows the language, such as encoder=hub "
            'encoder.inner.name=intfloat/multilingual-e5-small with the prefixes "query: " and '
            '"passage: ", or search by words (selection=bm25, retrieval=bm25), which cuts '
            "Chinese into characters and their pairs",
            RuntimeWarning,
            stacklevel=1,  # the same place, so that it is told once
        )


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """The vectors of a pool, and where it sees others from.

    Attributes:
        vectors: What is compared by inner product, shape (texts, dimensions), not to be written to.
        centre: The mean of the vectors as they were encoded, shape (dimensions,).
        similarity: What is compared.
    """

    vectors: NDArray[np.float32]
    centre: NDArray[np.float32]
    similarity: Similarity

    @classmethod
    def of(cls, vectors: NDArray[np.float32], similarity: Similarity) -> "Embedded":
        """See a pool's vectors as they will be compared."""
        centre = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
        seen = compared(vectors, similarity, centre)
        seen.setflags(write=False)
        return cls(seen, centre, similarity)


def embedded(texts: Texts) -> NDArray[np.float32]:
    """Return what is compared of the texts, shape (texts, dimensions), not to be written to."""
    return embedding_of(texts).vectors


def placed(texts: Texts, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what is compared with these texts of other vectors, shape (others, dimensions)."""
    if texts.similarity == "centred":
        return compared(vectors, texts.similarity, embedding_of(texts).centre)
    return compared(vectors, texts.similarity)


def compared(
    vectors: NDArray[np.float32], similarity: Similarity, centre: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Return the vectors whose inner products are the similarities."""
    if similarity == "inner_product":
        return np.ascontiguousarray(vectors)
    return unit(vectors if similarity == "cosine" or centre is None else vectors - centre)


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Make vectors one long, shape (vectors, dimensions); a vector of zeros stays as it is."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.ascontiguousarray(vectors / np.where(lengths > 0, lengths, 1))


def encode(encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the vectors as the encoder gives them, shape (texts, dimensions).

    Raises:
        ValueError: the encoder returned another shape, or values that are not finite.
    """
    vectors = np.array(encoder.encode(texts), dtype=np.float32)
    if vectors.ndim != 2 or len(vectors) != len(texts):
        raise ValueError(
            f"the encoder returned shape {vectors.shape} for {len(texts)} texts; "
            f"expected ({len(texts)}, dimensions)"
        )
    if not np.isfinite(vectors).all():
        raise ValueError("the encoder returned values that are not finite; check its weights")
    return vectors


@lru_cache(maxsize=2)
def together(texts: Texts) -> Mapping[str, NDArray[np.float32]]:
    """Encode the questions of a batch, once for all selections that read the same."""
    starts = range(0, len(texts.texts), AT_ONCE)
    parts = [encode(texts.encoder, texts.texts[start : start + AT_ONCE]) for start in starts]
    return dict(zip(texts.texts, (vector for part in parts for vector in part), strict=True))


@lru_cache(maxsize=4)
def embedding_of(texts: Texts) -> Embedded:
    """Return the vectors of a pool, and where it sees others from."""
    # A text that is there twice has one vector: in another batch it might differ in its last bit.
    rows = {text: row for row, text in enumerate(dict.fromkeys(texts.texts))}
    vectors = encode(texts.encoder, tuple(rows))[[rows[text] for text in texts.texts]]
    if texts.similarity == "inner_product" and _all_unit(vectors):
        warnings.warn(
            "similarity is inner_product, but all of the pool's vectors have length 1, so that it "
            "is the cosine; encoder.inner.normalize=false leaves vectors their own lengths, where "
            "the model gives them any",
            RuntimeWarning,
            stacklevel=2,
        )
    return Embedded.of(vectors, texts.similarity)


def _all_unit(vectors: NDArray[np.float32]) -> bool:
    return bool(np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=ROUNDING))
