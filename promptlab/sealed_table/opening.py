"""Open a store's file, or create it, and refuse files of other kinds."""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from promptlab.sealed_table.table import Layout, create

if TYPE_CHECKING:
    from filelock import BaseFileLock

MEMORY = ":memory:"
"""In place of a path: kept as long as the process, and never on disk."""

PATIENCE = 60.0
"""Seconds to wait for another process that writes."""


class OutdatedError(sqlite3.DatabaseError):
    """The file is of an older version."""


def open_to_read(path: str, layout: Layout) -> sqlite3.Connection:
    """Open a store that is there, also on a read-only disk.

    Raises:
        FileNotFoundError: there is none.
        sqlite3.Error, UnicodeDecodeError: it cannot be used.
        ValueError: it is a database of something else.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path}: no {layout.holds} are stored there")
    try:
        connection = _opened(path, layout, "mode=rw")
    except sqlite3.OperationalError:
        # Even to be read, a file in WAL mode wants others beside it, unless told that it is alone.
        connection = _opened(path, layout, "mode=ro&immutable=1")
    if connection is None:
        raise sqlite3.OperationalError("it is empty")
    return connection


def open_to_write(path: str, layout: Layout) -> sqlite3.Connection:
    """Open a store, or create it while other processes wait.

    Raises:
        OSError, sqlite3.Error, UnicodeDecodeError: it cannot be used.
        ValueError: it is a database of something else.
    """
    if path == MEMORY:
        return create(_connected("file::memory:"), layout)
    connection = _opened(path, layout, "mode=rw") if Path(path).is_file() else None
    if connection:
        return connection
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with locked(path):
        return _opened(path, layout, "mode=rwc") or create(
            _connected(_address(path, "mode=rwc")), layout
        )


def locked(path: str) -> "BaseFileLock":
    """Lock the file against creation and renaming by other processes."""
    from filelock import FileLock  # noqa: PLC0415 (50 ms, and only needed by the first)

    return FileLock(f"{path}.lock", timeout=PATIENCE)


def _opened(path: str, layout: Layout, how: str) -> sqlite3.Connection | None:
    """Open a file and look at its version; None where it is empty."""
    connection = _connected(_address(path, how))
    try:
        if _is_of_this_version(connection, path, layout):
            return connection
    except BaseException:
        connection.close()
        raise
    connection.close()
    return None


def _connected(address: str) -> sqlite3.Connection:
    """Open a database by its URI; threads may share it one at a time."""
    connection = sqlite3.connect(
        address, timeout=PATIENCE, isolation_level=None, check_same_thread=False, uri=True
    )
    connection.text_factory = lambda text: text.decode("utf-8", "replace")  # damaged, maybe
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _is_of_this_version(connection: sqlite3.Connection, path: str, layout: Layout) -> bool:
    """Look at the file's mark and version; False where it is empty."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application == layout.application:
        if version == layout.version:
            return True
        error = OutdatedError if version < layout.version else sqlite3.NotSupportedError
        raise error(f"it is of version {version}, this promptlab writes version {layout.version}")
    rows = connection.execute("SELECT name FROM sqlite_master LIMIT 3").fetchall()
    tables = [str(name) for (name,) in rows]
    if (tables, application) == ([layout.table], 0):
        return True  # it was written before files of its kind were marked
    if tables or application:
        raise ValueError(
            f"{path} cannot hold {layout.holds}: it is a database of something else (tables: "
            f"{', '.join(tables)}); give another path, or another folder by PROMPTLAB_CACHE"
        )
    return False


def _address(path: str, how: str) -> str:
    return f"{Path(path).absolute().as_uri()}?{how}"
