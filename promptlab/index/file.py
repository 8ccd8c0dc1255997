"""Indexes on disk, named by their encoder and their texts, under a seal."""

import hashlib
import struct
from collections.abc import Sequence
from typing import Any

import faiss
import numpy as np

from promptlab.machine.cache_folder import cache_folder
from promptlab.sealed_table.file import SealedFile
from promptlab.sealed_table.table import Layout
from promptlab.types import digest

LIMIT = 900_000_000
"""How many bytes all of them may take: less than the longest value that SQLite holds."""

NUMBER = 8
"""Bytes of a number."""

LAYOUT = Layout(
    holds="indexes",
    application=0x706C6169,  # "plai"
    schema=("CREATE TABLE indexes (key BLOB PRIMARY KEY, body, seal, created, used)",),
    table="indexes",
)


def key_of(identity: str, texts: Sequence[str], how: str = "") -> bytes:
    """Name the index of these texts by this encoder, that is made in this way."""
    return bytes.fromhex(digest([identity, list(texts), *([how] if how else [])])[:32])


def load(key: bytes, kind: type = faiss.IndexFlatIP) -> Any:
    """Read an index of a kind; None where it is missing or damaged."""
    content = _file().read([key]).get(key) or _before(key)
    if content is None:
        return None
    index = faiss.deserialize_index(np.frombuffer(content, dtype=np.uint8))
    return index if isinstance(index, kind) else None


def save(index: faiss.Index, key: bytes) -> None:
    """Store an index, unless it is too large."""
    content = faiss.serialize_index(index).tobytes()
    if len(content) < LIMIT:
        _file().write({key: content})


def load_number(key: bytes) -> float | None:
    """Read a number that was measured of an index; None where it is missing."""
    content = _file().read([key]).get(key)
    return struct.unpack("<d", content)[0] if content and len(content) == NUMBER else None


def save_number(number: float, key: bytes) -> None:
    """Store a number that was measured of an index."""
    _file().write({key: struct.pack("<d", number)})


def _file() -> SealedFile:
    return SealedFile(str(cache_folder("indexes") / "indexes.sqlite"), LAYOUT, limit=LIMIT)


def _before(key: bytes) -> bytes | None:
    """Read an index from a file of its own, as earlier versions wrote it: its checksum first."""
    try:
        content = (cache_folder("indexes") / f"{key.hex()}.faiss").read_bytes()
    except OSError:
        return None
    return content[32:] if hashlib.sha256(content[32:]).digest() == content[:32] else None
