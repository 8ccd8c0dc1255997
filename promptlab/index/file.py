"""An index on disk, named by its encoder and its texts, sealed by a checksum."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np

from promptlab.cache_folder import cache_folder
from promptlab.types import digest

SEAL = 32
"""Bytes of the checksum in front of the index."""


def place(identity: str, texts: Sequence[str]) -> Path:
    """Return where the index of these texts by this encoder is kept."""
    return cache_folder("indexes") / f"{digest([identity, list(texts)])[:32]}.faiss"


def load(path: Path) -> faiss.IndexFlatIP | None:
    """Read an index; None where there is none, or where it is not what was written."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    seal, index = content[:SEAL], content[SEAL:]
    if hashlib.sha256(index).digest() != seal:
        return None
    found = faiss.deserialize_index(np.frombuffer(index, dtype=np.uint8))
    return found if isinstance(found, faiss.IndexFlatIP) else None


def save(index: faiss.IndexFlatIP, path: Path) -> None:
    """Write an index in one step; a disk that cannot be written to costs nothing but the copy."""
    content = faiss.serialize_index(index).tobytes()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
            draft.write(hashlib.sha256(content).digest() + content)
        os.replace(draft.name, path)  # noqa: PTH105  the draft is a name
    except OSError:
        return
