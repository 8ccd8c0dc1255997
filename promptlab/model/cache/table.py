"""The table of completions, with its contents by model."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from promptlab.model.cache.row import packed, seal, unpacked
from promptlab.sealed_table.file import SealedFile
from promptlab.sealed_table.table import Layout, transaction
from promptlab.types import ModelReply

LAYOUT = Layout(
    holds="completions",
    application=0x706C6162,  # "plab"
    schema=(
        "CREATE TABLE models (id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, name TEXT)",
        """CREATE TABLE completions (key BLOB PRIMARY KEY, model INTEGER NOT NULL, body BLOB NOT
        NULL, seal BLOB NOT NULL, created INTEGER NOT NULL, used INTEGER NOT NULL)""",
    ),
    table="completions",
    seal=seal,
)

_NEVER = 1 << 62


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


def read(file: SealedFile, keys: Sequence[bytes]) -> dict[bytes, ModelReply]:
    """Return the replies that are stored intact."""
    return {key: unpacked(body) for key, body in file.read(keys).items()}


def write(
    file: SealedFile, identity: Mapping[str, str], replies: Mapping[bytes, ModelReply]
) -> None:
    """Store replies of one model where writing is allowed."""
    if file.writes:
        bodies = {key: packed(reply) for key, reply in replies.items()}
        file.write(bodies, partial(_model, identity))


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
    values: list[int | str] = [_NEVER if before is None else before]
    if names is not None:
        where += (
            " AND model IN (SELECT id FROM models WHERE name IN (SELECT value FROM json_each(?)))"
        )
        values.append(json.dumps(list(names)))
    with transaction(connection):
        counted = "SELECT count(*), coalesce(sum(length(body)), 0) FROM completions"
        pieces, size = connection.execute(counted + where, values).fetchone()
        connection.execute("DELETE FROM completions" + where, values)  # noqa: S608 (no input in it)
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
        known = dict(json.loads(identity or "{}"))
    except ValueError:  # damaged
        known = {}
    return Held(model_name(known), known, *rest)


def _model(identity: Mapping[str, str], connection: sqlite3.Connection) -> dict[str, int]:
    """Return the number of a model, a new one where it has none."""
    text = json.dumps(dict(identity), sort_keys=True)
    connection.execute(
        "INSERT OR IGNORE INTO models (identity, name) VALUES (?, ?)", (text, model_name(identity))
    )
    row = connection.execute("SELECT id FROM models WHERE identity = ?", (text,)).fetchone()
    return {"model": int(row[0])}
