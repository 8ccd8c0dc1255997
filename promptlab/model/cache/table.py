"""Replies in one SQLite file, in WAL mode: one writes while others read.

Everything here works on an open connection and raises what SQLite raises; `store_file` decides
what becomes of it.
"""

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlab.model.cache.row import packed, seal, unpacked
from promptlab.types import ModelReply

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = 1
"""The tables' version; an older file is set aside, a newer one left alone."""

APPLICATION = 0x706C6162
"""Marks the file as ours ("plab"), so that somebody else's database is never touched."""

PATIENCE = 60.0
"""Seconds to wait for another process that writes."""

HOUR = 3600
"""Seconds by which the time of last use may lag: reading must not mean writing every time."""

_NEVER = 1 << 62

_SCHEMA = (
    "CREATE TABLE models (id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, name TEXT)",
    """CREATE TABLE completions (key BLOB PRIMARY KEY, model INTEGER NOT NULL, body BLOB NOT NULL,
    seal BLOB NOT NULL, created INTEGER NOT NULL, used INTEGER NOT NULL)""",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)


class ForeignError(ValueError):
    """The file is a database of something else."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is stored of one model; sizes in bytes, times in seconds since 1970."""

    name: str
    identity: Mapping[str, str]
    pieces: int
    size: int
    created: int
    used: int


@dataclass(frozen=True, slots=True)
class Removed:
    """What was cleared; the size in bytes."""

    pieces: int
    size: int


def connect(address: str) -> sqlite3.Connection:
    """Open a database by its URI; threads may share it if they take turns."""
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


def version(connection: sqlite3.Connection) -> int:
    """Return the tables' version; 0 for an empty file.

    Raises:
        sqlite3.DatabaseError: the file is no database, or a damaged one.
        ForeignError: it is a database of something else.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if application == APPLICATION:
        return int(found)
    tables = connection.execute("SELECT name FROM sqlite_master LIMIT 3").fetchall()
    if tables or application:
        names = ", ".join(str(name) for (name,) in tables)
        raise ForeignError(f"it is a database of something else (tables: {names})")
    return 0


def create(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file."""
    connection.execute("PRAGMA journal_mode = WAL")
    with _transaction(connection):
        for statement in _SCHEMA:
            connection.execute(statement)


def read(
    connection: sqlite3.Connection, keys: Iterable[bytes]
) -> tuple[dict[bytes, ModelReply], list[bytes]]:
    """Return the replies that are there and whole, and those keys whose last use was long ago."""
    found, stale = {}, []
    lately = int(time.time()) - HOUR
    query = "SELECT body, seal, used FROM completions WHERE key = ?"
    with _transaction(connection, "BEGIN"):
        for key in keys:
            row = connection.execute(query, (key,)).fetchone()
            if row and isinstance(row[0], bytes) and seal(key, row[0]) == row[1]:
                found[key] = unpacked(row[0])
                if not isinstance(row[2], int) or row[2] < lately:
                    stale.append(key)
    return found, stale


def touch(connection: sqlite3.Connection, keys: Sequence[bytes]) -> None:
    """Note that these were used now."""
    now = int(time.time())
    with _transaction(connection):
        connection.executemany(
            "UPDATE completions SET used = ? WHERE key = ?", ((now, key) for key in keys)
        )


def write(
    connection: sqlite3.Connection,
    identity: Mapping[str, str],
    replies: Mapping[bytes, ModelReply],
    limit: int,
) -> None:
    """Keep replies of one model, all or none; what was used least lately goes beyond `limit` bytes.

    What is there under the same key is replaced.
    """
    now = int(time.time())
    bodies = [(key, packed(reply)) for key, reply in replies.items()]
    with _transaction(connection):
        model = _model(connection, identity)
        connection.executemany(
            "INSERT OR REPLACE INTO completions VALUES (?, ?, ?, ?, ?, ?)",
            ((key, model, body, seal(key, body), now, now) for key, body in bodies),
        )
        _shrink(connection, limit)


def held(connection: sqlite3.Connection) -> list[Held]:
    """List what is stored, by model, the largest first."""
    rows = connection.execute(
        "SELECT m.identity, count(*), sum(length(c.body)), min(c.created), max(c.used)"
        " FROM completions c LEFT JOIN models m ON m.id = c.model"
        " GROUP BY c.model ORDER BY 3 DESC"
    )
    return [_held(*row) for row in rows]


def clear(
    connection: sqlite3.Connection, names: Sequence[str] | None = None, before: int | None = None
) -> Removed:
    """Remove what is of one of these models and was last used before a time; None means any.

    The file is made smaller where no other process is at it.
    """
    where = " WHERE used < ?"
    told: list[int | str] = [_NEVER if before is None else before]
    if names is not None:
        where += (
            " AND model IN (SELECT id FROM models WHERE name IN (SELECT value FROM json_each(?)))"
        )
        told.append(json.dumps(list(names)))
    with _transaction(connection):
        counted = "SELECT count(*), coalesce(sum(length(body)), 0) FROM completions"
        pieces, size = connection.execute(counted + where, told).fetchone()
        connection.execute("DELETE FROM completions" + where, told)  # noqa: S608 (no input in it)
        connection.execute("DELETE FROM models WHERE id NOT IN (SELECT model FROM completions)")
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA busy_timeout = 1000")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Removed(pieces, size)


def model_name(identity: Mapping[str, str]) -> str:
    """Name a model for people: what it calls `name`, or everything that it says of itself."""
    return str(identity.get("name") or " ".join(map(str, identity.values())))


def _held(identity: str | None, *rest: int) -> Held:
    try:
        told = dict(json.loads(identity or "{}"))
    except ValueError:  # damaged
        told = {}
    return Held(model_name(told), told, *rest)


def _model(connection: sqlite3.Connection, identity: Mapping[str, str]) -> int:
    """Return the number of a model, a new one where it has none."""
    text = json.dumps(dict(identity), sort_keys=True)
    connection.execute(
        "INSERT OR IGNORE INTO models (identity, name) VALUES (?, ?)", (text, model_name(identity))
    )
    row = connection.execute("SELECT id FROM models WHERE identity = ?", (text,)).fetchone()
    return int(row[0])


def _shrink(connection: sqlite3.Connection, limit: int) -> None:
    """Remove a tenth at a time, what was used least lately first, until the rest fits."""
    while _size(connection) > limit:
        removed = connection.execute(
            "DELETE FROM completions WHERE key IN (SELECT key FROM completions"
            " ORDER BY used, created, rowid LIMIT (SELECT count(*) / 10 + 1 FROM completions))"
        )
        if not removed.rowcount:
            return


def _size(connection: sqlite3.Connection) -> int:
    """Return the bytes of the file that are in use."""
    asked = ("page_count", "freelist_count", "page_size")
    pages, free, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in asked)
    return int((pages - free) * size)


@contextmanager
def _transaction(
    connection: sqlite3.Connection, begin: str = "BEGIN IMMEDIATE"
) -> "Iterator[None]":
    """Do all or nothing. Writers say so at once: one that reads first cannot wait its turn."""
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
