"""The pool's embeddings, as they were when it was exported: only questions are still encoded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from promptlab.encoder.cache import Cached
from promptlab.encoder.prefixes import as_passage
from promptlab.protocols import Encoder
from promptlab.selection.text import render_member
from promptlab.types import Example

if TYPE_CHECKING:
    from numpy.typing import NDArray

VECTORS = "vectors.npy"
"""The vectors of the first encoder; those of others are numbered."""
INNER = ("inner", "inners")
"""Fields in which selections hold others."""


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


def with_vectors(selection: Any, pool: Sequence[Example], folder: Path) -> Any:
    """Let all encoders of a selection, its own and those of its inner ones, know the pool."""
    known = [
        Known(encoder, tuple(texts), folder / _name(number))
        for number, (encoder, texts) in enumerate(_read(selection, pool))
    ]
    return _knowing(selection, known)


def write_vectors(selection: Any, pool: Sequence[Example], folder: Path) -> None:
    """Write what each encoder of a selection makes of the pool, if it has any."""
    for number, (encoder, texts) in enumerate(_read(selection, pool)):
        vectors = np.asarray(encoder.encode(list(texts)), dtype=np.float32)
        np.save(folder / _name(number), vectors, allow_pickle=False)


def _name(number: int) -> str:
    return f"vectors-{number}.npy" if number else VECTORS


def _read(selection: Any, pool: Sequence[Example]) -> list[tuple[Encoder, dict[str, None]]]:
    """Return each encoder and what it reads of the pool, every text once."""
    found: list[tuple[Encoder, dict[str, None]]] = []
    for part in _parts(selection):
        if hasattr(part, "encoder"):
            texts = next((each for known, each in found if _same(known, part.encoder)), None)
            if texts is None:
                texts = {}
                found.append((part.encoder, texts))
            rendered = (render_member(part.text, example) for example in pool)
            texts.update(dict.fromkeys(as_passage(part.encoder, text) for text in rendered))
    return found


def _parts(selection: Any) -> Iterator[Any]:
    """Yield a selection and all that it is made of, the outermost first."""
    yield selection
    for inner in _inner(selection).values():
        yield from _parts(inner)


def _knowing(selection: Any, known: Sequence[Known]) -> Any:
    if isinstance(selection, Mapping):
        return {name: _knowing(inner, known) for name, inner in selection.items()}
    changed = {name: _knowing(inner, known) for name, inner in _inner(selection).items()}
    if hasattr(selection, "encoder"):
        changed["encoder"] = next(each for each in known if _same(each.inner, selection.encoder))
    return replace(selection, **changed) if changed else selection


def _inner(selection: Any) -> dict[str, Any]:
    """Return the inner selections of one, by their fields' names."""
    if isinstance(selection, Mapping):
        return dict(selection)
    return {name: getattr(selection, name) for name in INNER if hasattr(selection, name)}


def _same(one: Encoder, other: Encoder) -> bool:
    """Tell whether two encoders are one, wherever a run kept their vectors."""
    return bool(_bare(one) == _bare(other))


def _bare(encoder: Encoder) -> Encoder:
    return _bare(encoder.inner) if isinstance(encoder, Cached) else encoder
