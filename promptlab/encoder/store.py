"""Vectors on disk, in one SQLite file that several processes may share.

Every vector has a checksum, so that a damaged one counts as missing. A file that cannot be used
costs time, never a run: there is one warning, and everything is computed.
"""

import hashlib
import os
import sqlite3
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]

PATIENCE = 60.0
"""Seconds to wait for another process that writes."""

AT_ONCE = 500
"""Keys asked for in one query."""


@dataclass(frozen=True)
class EmbeddingStore:
    """Vectors by key (bytes)."""

    path: Path

    def read(self, keys: Sequence[bytes]) -> dict[bytes, Vector]:
        """Return the vectors of the keys that are stored intact."""
        vectors: dict[bytes, Vector] = {}
        with self._warn_on_error("read"), self._open() as connection:
            for start in range(0, len(keys), AT_ONCE):
                batch = keys[start : start + AT_ONCE]
                marks = ",".join("?" * len(batch))
                query = f"SELECT key, vector, seal FROM vectors WHERE key IN ({marks})"  # noqa: S608 (question marks)
                vectors |= dict(_valid_rows(connection.execute(query, batch)))
        return vectors

    def write(self, vectors: Mapping[bytes, Vector]) -> None:
        """Keep vectors, all or none."""
        rows = [(key, *_row(key, vector.tobytes())) for key, vector in vectors.items()]
        with self._warn_on_error("written"), self._open() as connection, connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, timeout=PATIENCE)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vectors "
                "(key BLOB PRIMARY KEY, vector BLOB NOT NULL, seal BLOB NOT NULL) WITHOUT ROWID"
            )
            yield connection

    @contextmanager
    def _warn_on_error(self, done: str) -> Iterator[None]:
        """Go on without the file where it cannot be used; set it aside where it is damaged."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            warnings.warn(
                f"the cache of embeddings {self.path} cannot be {done} ({error}); embeddings are "
                "computed anew. PROMPTLAB_CACHE names another folder for it",
                RuntimeWarning,
                stacklevel=3,
            )
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(
                error, sqlite3.OperationalError
            ):
                self._set_aside()

    def _set_aside(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            damaged = Path(f"{self.path}{suffix}")
            if damaged.exists():
                os.replace(damaged, f"{self.path}{suffix}.damaged")  # noqa: PTH105 (a plain name)


def _valid_rows(rows: sqlite3.Cursor) -> Iterator[tuple[bytes, Vector]]:
    for key, vector, seal in rows:
        if _row(key, vector)[1] == seal:
            yield key, np.frombuffer(vector, dtype=np.float32)


def _row(key: bytes, vector: bytes) -> tuple[bytes, bytes]:
    return vector, hashlib.sha256(key + vector).digest()[:16]
