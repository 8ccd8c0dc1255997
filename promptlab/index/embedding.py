"""A pool's embeddings, made once for all selections of a process that read the same texts."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from promptlab.protocols import Encoder


@runtime_checkable
class Windowed(Protocol):
    """An encoder that knows how much of a text it reads."""

    def cut(self, texts: Sequence[str]) -> int:
        """Count the texts that are longer than what is read of them."""
        ...


@dataclass(frozen=True)
class Texts:
    """Texts to be encoded; equal where the texts and the encoder's identity are."""

    texts: tuple[str, ...]
    identity: str
    encoder: Encoder = field(compare=False)

    @classmethod
    def of(cls, texts: Sequence[str], encoder: Encoder) -> "Texts":
        """Note which encoder reads which texts, and warn where it will not read all of them."""
        cut = encoder.cut(texts) if isinstance(encoder, Windowed) else 0
        if cut:
            warnings.warn(
                f"{cut} of the pool's {len(texts)} texts are longer than the encoder's window and "
                "are read only as far as it reaches: what tells them apart should stand first in "
                "selection.text, or use an encoder with a longer window",
                RuntimeWarning,
                stacklevel=2,
            )
        return cls(tuple(texts), encoder.identity, encoder)


@lru_cache(maxsize=4)
def embedded(texts: Texts) -> NDArray[np.float32]:
    """Return the texts' unit vectors, shape (texts, dimensions), not to be written to."""
    vectors = encode(texts.encoder, texts.texts)
    vectors.setflags(write=False)
    return vectors


def encode(encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """Return unit vectors, shape (texts, dimensions), whatever the encoder's lengths are.

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
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.ascontiguousarray(vectors / np.where(lengths > 0, lengths, 1))
