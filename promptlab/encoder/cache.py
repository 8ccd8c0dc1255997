"""Embeddings that are computed once: an encoder that wraps an encoder.

An embedding is filed under the inner encoder's identity and the text's content, so that any run,
data set or selection that meets the text again finds it.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from promptlab.cache_folder import cache_folder
from promptlab.encoder.store import EmbeddingStore
from promptlab.protocols import Encoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

AT_ONCE = 2048
"""Texts encoded between two writes: what a crash loses at most."""


@dataclass(frozen=True)
class Cached:
    """Ask the inner encoder only for what is not on disk yet.

    Attributes:
        inner: Who encodes.
        folder: Where the embeddings lie, on a local disk; `embeddings` in promptlab's cache
            folder (`PROMPTLAB_CACHE`) by default.
    """

    inner: Encoder
    folder: str | None = None

    @property
    def identity(self) -> str:
        """The inner encoder's: the vectors are its own."""
        return self.inner.identity

    def encode(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return unit vectors, shape (texts, dimensions); equal texts are encoded once."""
        if not texts:
            return self.inner.encode([])
        by_key = {_key(text): text for text in texts}
        store = EmbeddingStore(self._path())
        stored = store.read(list(by_key))
        missing = [key for key in by_key if key not in stored]
        for keys in _chunks(iter(missing)):
            vectors = self.inner.encode([by_key[key] for key in keys])
            fresh = dict(zip(keys, np.asarray(vectors, dtype=np.float32), strict=True))
            store.write(fresh)
            stored |= fresh
        return np.stack([stored[_key(text)] for text in texts])

    def cut(self, texts: Sequence[str]) -> int:
        """Count the texts that the inner encoder does not read to their end, where it knows."""
        count = getattr(self.inner, "cut", None)
        return 0 if count is None else int(count(texts))

    def _path(self) -> Path:
        folder = Path(self.folder).expanduser() if self.folder else cache_folder("embeddings")
        return folder / f"{hashlib.sha256(self.identity.encode()).hexdigest()[:32]}.sqlite"


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _chunks(keys: Iterator[bytes]) -> Iterator[list[bytes]]:
    while chunk := list(islice(keys, AT_ONCE)):
        yield chunk
