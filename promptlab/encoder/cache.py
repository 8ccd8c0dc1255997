"""Embeddings that are computed once: an encoder that wraps an encoder.

An embedding is filed under the inner encoder's identity and the text's content, so that any run,
data set or selection that meets the text again finds it.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from promptlab.encoder.training import Training, Triple
from promptlab.machine.cache_folder import cache_folder
from promptlab.protocols import Encoder
from promptlab.sealed_table.file import SealedFile
from promptlab.sealed_table.table import Layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

AT_ONCE = 2048
"""Texts encoded between two writes: what a crash loses at most."""

LAYOUT = Layout(
    holds="embeddings",
    application=0x706C6165,  # "plae"
    schema=("CREATE TABLE vectors (key BLOB PRIMARY KEY, vector, seal) WITHOUT ROWID",),
    table="vectors",
    body="vector",
    dated=False,
)


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
        file = SealedFile(self._path(), LAYOUT)
        stored = file.read(list(by_key))
        missing = [key for key in by_key if key not in stored]
        for keys in _chunks(iter(missing)):
            vectors = self.inner.encode([by_key[key] for key in keys])
            rows = np.asarray(vectors, dtype=np.float32)
            fresh = {key: row.tobytes() for key, row in zip(keys, rows, strict=True)}
            file.write(fresh)
            stored |= fresh
        return np.stack([np.frombuffer(stored[_key(text)], np.float32) for text in texts])

    def cut(self, texts: Sequence[str]) -> int:
        """Count the texts that the inner encoder does not read to their end, where it knows."""
        count = getattr(self.inner, "cut", None)
        return 0 if count is None else int(count(texts))

    def unknown(self, texts: Sequence[str]) -> float:
        """Return the share of the texts' tokens that the inner encoder has no word for."""
        share = getattr(self.inner, "unknown", None)
        return 0.0 if share is None else float(share(texts))

    def trained(self, triples: Sequence[Triple], training: Training) -> "Cached":
        """Return the cache of an encoder that has learned the triples.

        Raises:
            ValueError: the inner encoder cannot be trained.
        """
        learn = getattr(self.inner, "trained", None)
        if learn is None:
            raise ValueError(
                f"the encoder {type(self.inner).__name__} cannot be trained; give a "
                "sentence-transformers model: encoder=minilm or encoder=hub"
            )
        return replace(self, inner=learn(triples, training))

    def save(self, folder: Path) -> None:
        """Write the inner encoder to a folder, where it is a model that can be.

        Raises:
            ValueError: it cannot.
        """
        write = getattr(self.inner, "save", None)
        if write is None:
            raise ValueError(f"the encoder {type(self.inner).__name__} cannot be saved")
        write(folder)

    def _path(self) -> str:
        folder = Path(self.folder).expanduser() if self.folder else cache_folder("embeddings")
        return str(folder / f"{hashlib.sha256(self.identity.encode()).hexdigest()[:32]}.sqlite")


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _chunks(keys: Iterator[bytes]) -> Iterator[list[bytes]]:
    while chunk := list(islice(keys, AT_ONCE)):
        yield chunk
