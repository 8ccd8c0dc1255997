"""One table of sealed bytes by key, in WAL mode: one writes while others read.

Every row has a seal, a hash of key and bytes: what was damaged on the disk, or got under another
key, does not fit it and counts as missing. Everything here works on an open connection and raises
what SQLite raises; `file.py` decides what becomes of it.
"""

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

HOUR = 3600
"""Seconds by which the time of last use may lag: reading must not mean writing every time."""

Columns = Callable[[sqlite3.Connection], Mapping[str, int]]
"""Gives the values of a row's further columns, in the transaction that writes the row."""


def hashed(key: bytes, body: bytes) -> bytes:
    """Return the sixteen bytes that belong to this body under this key."""
    return hashlib.sha256(key + body).digest()[:16]


@dataclass(frozen=True)
class Layout:
    """What one store's files hold, and how to recognise them.

    Attributes:
        holds: What is stored, in the plural, for people.
        application: Marks a file as this store's, so that no other database is ever touched.
        schema: The statements that make the tables.
        table: The table that has the columns `key` and `seal`,
        body: and this column of bytes.
        dated: Whether it has the columns `created` and `used`, in seconds since 1970; without
            them nothing says what may go where the file is full.
        seal: Returns the bytes that belong to a body under a key.
        version: The tables' version; an older file is set aside, a newer one left alone.
    """

    holds: str
    application: int
    schema: tuple[str, ...]
    table: str
    body: str = "body"
    dated: bool = True
    seal: Callable[[bytes, bytes], bytes] = hashed
    version: int = 1


def create(connection: sqlite3.Connection, layout: Layout) -> sqlite3.Connection:
    """Make the tables in an empty file."""
    connection.execute("PRAGMA journal_mode = WAL")
    with transaction(connection):
        for statement in layout.schema:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {layout.application}")
        connection.execute(f"PRAGMA user_version = {layout.version}")
    return connection


def read(
    connection: sqlite3.Connection, layout: Layout, keys: Iterable[bytes]
) -> tuple[dict[bytes, bytes], list[bytes]]:
    """Return the bodies that are stored intact, and the keys whose last use was long ago."""
    bodies: dict[bytes, bytes] = {}
    stale: list[bytes] = []
    used = "used" if layout.dated else "NULL"
    query = f"SELECT {layout.body}, seal, {used} FROM {layout.table} WHERE key = ?"  # noqa: S608 (no input in it)
    lately = int(time.time()) - HOUR
    with transaction(connection, "BEGIN"):
        for key in keys:
            body, seal, last_use = connection.execute(query, (key,)).fetchone() or (None, None, 0)
            if isinstance(body, bytes) and layout.seal(key, body) == seal:
                bodies[key] = body
                if layout.dated and not (isinstance(last_use, int) and last_use >= lately):
                    stale.append(key)
    return bodies, stale


def touch(connection: sqlite3.Connection, layout: Layout, keys: Sequence[bytes]) -> None:
    """Note that these were used now."""
    now = int(time.time())
    with transaction(connection):
        connection.executemany(
            f"UPDATE {layout.table} SET used = ? WHERE key = ?",  # noqa: S608
            ((now, key) for key in keys),
        )


def write(
    connection: sqlite3.Connection,
    layout: Layout,
    bodies: Mapping[bytes, bytes],
    limit: int,
    columns: Columns | None = None,
) -> None:
    """Store bodies, all or none; above `limit` bytes the least recently used are removed.

    What is there under the same key is replaced. `columns` gives what further columns hold.
    """
    now = int(time.time())
    dates = {"created": now, "used": now} if layout.dated else {}
    with transaction(connection):
        values = {**dates, **(columns(connection) if columns else {})}
        names = ", ".join(["key", layout.body, "seal", *values])
        marks = ", ".join("?" * (3 + len(values)))
        connection.executemany(
            f"INSERT OR REPLACE INTO {layout.table} ({names}) VALUES ({marks})",  # noqa: S608
            [(key, body, layout.seal(key, body), *values.values()) for key, body in bodies.items()],
        )
        if layout.dated:
            _shrink(connection, layout.table, limit)


@contextmanager
def transaction(connection: sqlite3.Connection, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    """Do all or nothing. Writers say so at once: one that reads first cannot wait its turn."""
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _shrink(connection: sqlite3.Connection, table: str, limit: int) -> None:
    """Remove a tenth at a time, the least recently used first, until the rest fits."""
    while _size(connection) > limit:
        removed = connection.execute(
            f"DELETE FROM {table} WHERE key IN (SELECT key FROM {table}"  # noqa: S608
            f" ORDER BY used, created, rowid LIMIT (SELECT count(*) / 10 + 1 FROM {table}))"
        )
        if not removed.rowcount:
            return


def _size(connection: sqlite3.Connection) -> int:
    """Return the bytes of the file that are in use."""
    names = ("page_count", "freelist_count", "page_size")
    pages, free, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
    return int((pages - free) * size)
