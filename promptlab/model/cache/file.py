"""The file of a store, which may cost time but never a run.

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
from typing import TYPE_CHECKING, TypeVar

from promptlab.model.cache import table as store_table
from promptlab.types import ModelReply

if TYPE_CHECKING:
    from filelock import BaseFileLock

T = TypeVar("T")

MEMORY = ":memory:"
"""In place of a path: kept as long as the process, and never on disk."""

Trouble = sqlite3.Error | OSError | UnicodeDecodeError
"""What an unusable file raises; the last where SQLite's message quotes its garbage."""

_INHERITED: list[sqlite3.Connection] = []
"""What a forked process got from its parent, and may neither use nor close."""


class OutdatedError(sqlite3.DatabaseError):
    """The file is of an older version."""


@dataclass
class StoreFile:
    """Replies by key in a file that several processes and threads share.

    Attributes:
        path: Where it is, or `:memory:`.
        reads: Whether it is looked at; ends where the file cannot be used.
        writes: Whether anything may be written; ends where the disk is full or read-only.
        limit: How many bytes it may take.
    """

    path: str
    writes: bool = True
    limit: int = 2 << 30
    reads: bool = field(default=True, init=False)
    _connection: sqlite3.Connection | None = field(default=None, init=False)
    _process: int = field(default=0, init=False)
    _inode: int = field(default=0, init=False)
    _turn: threading.RLock = field(default_factory=threading.RLock, init=False)

    def __reduce__(self) -> tuple[type["StoreFile"], tuple[str, bool, int]]:
        """Another process opens the file for itself."""
        return (StoreFile, (self.path, self.writes, self.limit))

    def read(self, keys: Sequence[bytes]) -> dict[bytes, ModelReply]:
        """Return the replies that are there and whole."""
        found: dict[bytes, ModelReply] = {}
        stale: list[bytes] = []

        def look(connection: sqlite3.Connection) -> None:
            nonlocal found, stale
            found, stale = store_table.read(connection, keys)

        self._tried(look, writing=False)
        if stale:
            self._tried(lambda connection: store_table.touch(connection, stale), writing=True)
        return found

    def write(self, identity: Mapping[str, str], replies: Mapping[bytes, ModelReply]) -> None:
        """Keep replies of one model, where anything may be written."""

        def keep(connection: sqlite3.Connection) -> None:
            store_table.write(connection, identity, replies, self.limit)

        if replies:
            self._tried(keep, writing=True)

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

    def _tried(self, work: Callable[[sqlite3.Connection], None], *, writing: bool) -> None:
        """Do it where that may be; once more on what there is after a failure."""
        with self._turn:
            for _ in range(2):
                if not (self.writes if writing else self.reads):
                    return
                try:
                    work(self._current())
                    return
                except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
                    self._failed(error)

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
        if self.path == MEMORY:
            connection = store_table.connect("file::memory:")
            store_table.create(connection)
            return connection
        return _open_to_write(self.path) if self.writes else open_to_read(self.path)

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
            with _locked(self.path):
                if self._inode == _inode(self.path):
                    _rename(self.path, aside(self.path))
                    self._warn(
                        f"is unusable ({error}); a new one is begun, and the old one is now "
                        f"{aside(self.path)}"
                    )
        except OSError as failure:
            self.reads = self.writes = False
            self._warn(f"is unusable ({error}), and cannot be set aside ({failure})")

    def _warn(self, what: str) -> None:
        warnings.warn(
            f"the store of completions {self.path} {what}. PROMPTLAB_CACHE names another folder",
            RuntimeWarning,
            stacklevel=2,
        )


def open_to_read(path: str) -> sqlite3.Connection:
    """Open a store that is there, also on a read-only disk.

    Raises:
        FileNotFoundError: there is none.
        sqlite3.Error, UnicodeDecodeError: it cannot be used.
        ValueError: it is a database of something else.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path}: no completions are stored there")
    try:
        connection = _checked(path, "mode=rw")
    except sqlite3.OperationalError:
        # Even to be read, a file in WAL mode wants others beside it, unless told that it is alone.
        connection = _checked(path, "mode=ro&immutable=1")
    if connection is None:
        raise sqlite3.OperationalError("it is empty")
    return connection


def aside(path: str) -> str:
    """Name what an unusable file is renamed to; one such is kept."""
    return f"{path}.unusable"


def _open_to_write(path: str) -> sqlite3.Connection:
    """Open a store, made where there is none; who makes it lets everybody else wait."""
    connection = _checked(path, "mode=rw") if Path(path).is_file() else None
    if connection:
        return connection
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        connection = _checked(path, "mode=rw") if Path(path).is_file() else None
        if connection is None:
            connection = store_table.connect(_address(path, "mode=rwc"))
            store_table.create(connection)
        return connection


def _checked(path: str, how: str) -> sqlite3.Connection | None:
    """Open a file and look at its version; None where it is empty."""
    connection = store_table.connect(_address(path, how))
    try:
        version = store_table.version(connection)
        if version == store_table.VERSION:
            return connection
        _refuse(version)
    except BaseException as error:
        connection.close()
        if isinstance(error, store_table.ForeignError):
            raise ValueError(
                f"{path} cannot hold completions: {error}; give another path, or leave it out"
            ) from error
        raise
    connection.close()
    return None


def _refuse(version: int) -> None:
    told = f"it is of version {version}, this promptlab writes version {store_table.VERSION}"
    if version > store_table.VERSION:
        raise sqlite3.NotSupportedError(told)
    if version:
        raise OutdatedError(told)


def _is_damage(error: Trouble) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    # SQLITE_ERROR: a statement makes no sense, so the tables are not as they were made.
    damage = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
    return code in damage or isinstance(error, (OutdatedError, UnicodeDecodeError))


def _is_about_writing(error: Trouble) -> bool:
    return isinstance(error, (sqlite3.OperationalError, OSError))


def _address(path: str, how: str) -> str:
    return f"{Path(path).absolute().as_uri()}?{how}"


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


def _locked(path: str) -> "BaseFileLock":
    """Keep other processes from making or renaming the file."""
    from filelock import FileLock  # noqa: PLC0415 (50 ms, and only needed by the first)

    return FileLock(f"{path}.lock", timeout=store_table.PATIENCE)
