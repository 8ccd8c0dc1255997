"""A store's file, which may cost time but never a run.

Where the disk is full or read-only, or another process does not let go of the file, there is one
warning and the run goes on without it. Where the file is damaged, or of an older version, it is
set aside with a warning and a new one is begun.
"""

import os
import sqlite3
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from promptlab.sealed_table import table
from promptlab.sealed_table.opening import (
    MEMORY,
    OutdatedError,
    locked,
    open_to_read,
    open_to_write,
)
from promptlab.sealed_table.table import Columns, Layout

T = TypeVar("T")

Trouble = sqlite3.Error | OSError | UnicodeDecodeError
"""What an unusable file raises; the last where SQLite's message quotes its garbage."""

_INHERITED: list[sqlite3.Connection] = []
"""What a forked process got from its parent, and may neither use nor close."""


@dataclass
class SealedFile:
    """Bytes by key in a file that several processes and threads share.

    Attributes:
        path: Where it is, or `:memory:`.
        layout: What it holds.
        reads: Whether it is looked at; ends where the file cannot be used.
        writes: Whether anything may be written; ends where the disk is full or read-only.
        limit: How many bytes it may take.
    """

    path: str
    layout: Layout
    writes: bool = True
    limit: int = 2 << 30
    reads: bool = field(default=True, init=False)
    _connection: sqlite3.Connection | None = field(default=None, init=False)
    _process: int = field(default=0, init=False)
    _inode: int = field(default=0, init=False)
    _turn: threading.RLock = field(default_factory=threading.RLock, init=False)

    def __reduce__(self) -> tuple[type["SealedFile"], tuple[str, Layout, bool, int]]:
        """Another process opens the file for itself."""
        return (SealedFile, (self.path, self.layout, self.writes, self.limit))

    def read(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return the bodies that are stored intact."""
        answer = self._tried(lambda opened: table.read(opened, self.layout, keys), writing=False)
        bodies, stale = answer or ({}, [])
        if stale:
            self._tried(lambda opened: table.touch(opened, self.layout, stale), writing=True)
        return bodies

    def write(self, bodies: Mapping[bytes, bytes], columns: Columns | None = None) -> None:
        """Store bodies where writing is allowed; see `table.write`."""
        if bodies:
            self._tried(
                lambda opened: table.write(opened, self.layout, bodies, self.limit, columns),
                writing=True,
            )

    def close(self) -> None:
        """Let go of the file; it is opened again where it is needed."""
        with self._turn:
            connection, self._connection = self._connection, None
            if connection and self._process == os.getpid():
                connection.close()
            elif connection:
                _INHERITED.append(connection)

    def __del__(self) -> None:
        """Let go of the file: SQLite's own connections wait for the garbage collector."""
        self.close()

    def _tried(self, work: Callable[[sqlite3.Connection], T], *, writing: bool) -> T | None:
        """Do the work where reading or writing is allowed, and a second time after a failure."""
        with self._turn:
            for _ in range(2):
                if not (self.writes if writing else self.reads):
                    return None
                try:
                    return work(self._current())
                except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
                    self._failed(error)
        return None

    def _current(self) -> sqlite3.Connection:
        """Return the open connection; open one where there is none, or the file was replaced."""
        same = self._process == os.getpid() and self._inode == _inode(self.path)
        if self._connection and not same:
            self.close()
        if self._connection is None:
            self._process, self._inode = os.getpid(), _inode(self.path)
            self._connection = self._open()
            self._inode = _inode(self.path)
        return self._connection

    def _open(self) -> sqlite3.Connection:
        makes = self.writes or self.path == MEMORY
        return (open_to_write if makes else open_to_read)(self.path, self.layout)

    def _failed(self, error: Trouble) -> None:
        """Decide how to go on, and say so."""
        self.close()
        if _is_damage(error) and self.writes:
            self._set_aside(error)
        elif _is_about_writing(error) and self.writes and Path(self.path).is_file():
            self.writes = False
            self._warn(f"cannot be written ({error}); nothing more is kept in it")
        else:
            self.reads = self.writes = False
            self._warn(f"cannot be used ({error}); everything is computed")

    def _set_aside(self, error: Trouble) -> None:
        """Rename an unusable file, unless another process has begun a new one meanwhile."""
        try:
            with locked(self.path):
                if self._inode == _inode(self.path):
                    _rename(self.path, aside(self.path))
                    self._warn(
                        f"is unusable ({error}); a new one is begun, what it held is computed "
                        f"anew, and the old one is now {aside(self.path)}"
                    )
        except OSError as failure:
            self.reads = self.writes = False
            self._warn(f"is unusable ({error}), and cannot be set aside ({failure})")

    def _warn(self, what: str) -> None:
        warnings.warn(
            f"the store of {self.layout.holds} {self.path} {what}. PROMPTLAB_CACHE names another "
            "folder",
            RuntimeWarning,
            stacklevel=2,
        )


def aside(path: str) -> str:
    """Name what an unusable file is renamed to; one such is kept."""
    return f"{path}.unusable"


def _is_damage(error: Trouble) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    # SQLITE_ERROR: a statement makes no sense, so the tables are not as they were made.
    damage = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
    return code in damage or isinstance(error, (OutdatedError, UnicodeDecodeError))


def _is_about_writing(error: Trouble) -> bool:
    return isinstance(error, (sqlite3.OperationalError, OSError))


def _inode(path: str) -> int:
    """Tell one file from another under the same name; 0 where there is none."""
    try:
        return os.stat(path).st_ino  # noqa: PTH116 (asked at every batch)
    except OSError:
        return 0


def _rename(path: str, new: str) -> None:
    for suffix in ("", "-wal", "-shm"):
        if Path(path + suffix).exists():
            Path(path + suffix).replace(new + suffix)
