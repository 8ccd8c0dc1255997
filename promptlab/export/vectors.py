"""The pool's embeddings, as they were when it was exported: only questions are still encoded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from promptlab.protocols import Encoder
from promptlab.selection.text import render_member
from promptlab.types import Example

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Known:
    """An encoder to which the vectors of some texts are known.

    Attributes:
        inner: Encodes the others.
        texts: The known ones.
        path: Their vectors, shape (texts, dimensions).
    """

    inner: Encoder
    texts: tuple[str, ...]
    path: Path

    @property
    def identity(self) -> str:
        """The inner encoder's: the vectors are its own."""
        return self.inner.identity

    def encode(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return unit vectors, shape (texts, dimensions)."""
        new = [text for text in texts if text not in self._vectors]
        fresh = dict(zip(new, self.inner.encode(new), strict=True)) if new else {}
        return np.stack(
            [self._vectors[text] if text in self._vectors else fresh[text] for text in texts]
        )

    @cached_property
    def _vectors(self) -> "dict[str, NDArray[np.float32]]":
        return dict(zip(self.texts, np.load(self.path, allow_pickle=False), strict=True))


def with_vectors(selection: Any, pool: Sequence[Example], path: Path) -> Any:
    """Let a selection's encoder know the pool."""
    return replace(selection, encoder=Known(selection.encoder, _texts(selection, pool), path))


def write_vectors(selection: Any, pool: Sequence[Example], path: Path) -> None:
    """Write what a selection's encoder makes of the pool."""
    vectors = selection.encoder.encode(list(_texts(selection, pool)))
    np.save(path, np.asarray(vectors, dtype=np.float32), allow_pickle=False)


def _texts(selection: Any, pool: Sequence[Example]) -> tuple[str, ...]:
    return tuple(render_member(selection.text, example) for example in pool)
