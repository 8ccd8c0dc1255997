"""A note beside the records for as long as a store does not have all of them.

It names the process that writes them there, so that after a kill it is known that nobody does.
"""

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from promptlab.records.owner import owner
from promptlab.tracking.mlflow.location import locate
from promptlab.tracking.mlflow.process import KEYS, gone, this_process
from promptlab.types import digest

OWED = "tracking.json"
RECENT = 600.0
"""Seconds for which a process that cannot be seen from here is believed to be at work."""


def owe(folder: Path, uri: str) -> None:
    """Note that this process is about to write them to a store."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {**this_process(), "store": _store(uri)}
    (folder / OWED).write_text(json.dumps(told) + "\n", "utf-8")


def settle(folder: Path, uri: str) -> None:
    """Note that a store has them all."""
    if _read(folder).get("store") == _store(uri):
        (folder / OWED).unlink(missing_ok=True)


def owed(folder: Path) -> bool:
    """Say whether a store was meant to have these records, and does not have all of them.

    Where nothing can be written, nothing can be owed: it could not be settled.
    """
    return (folder / OWED).exists() and os.access(folder, os.W_OK)


def recorder(folder: Path) -> Mapping[str, str]:
    """Return the process that was to write them to a store last; empty where none was."""
    told = _read(folder)
    return {key: told[key] for key in KEYS if key in told}


def at_work(folder: Path) -> bool:
    """Say whether another process is recording in a folder."""
    if owner(folder):
        return True
    process = recorder(folder)
    if not process or process == this_process():
        return False
    ended = gone(process)
    return _touched(folder) < RECENT if ended is None else not ended


def _read(folder: Path) -> dict[str, str]:
    with suppress(OSError, ValueError):
        told = json.loads((folder / OWED).read_text("utf-8"))
        return told if isinstance(told, dict) else {}
    return {}


def _store(uri: str) -> str:
    """Name a store by a digest: its URI may hold a password."""
    return digest(locate(uri))[:16]


def _touched(folder: Path) -> float:
    """Return the seconds since a record was last written."""
    return time.time() - max(path.stat().st_mtime for path in folder.iterdir() if path.is_file())
