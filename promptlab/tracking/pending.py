"""A note beside the records for as long as a store does not have all of them.

It names the process that writes them there, so that a kill can be noticed.
"""

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from promptlab.records.owner import owner
from promptlab.tracking.process import KEYS, has_ended, this_process
from promptlab.types import digest

PENDING = "tracking.json"
RECENT = 600.0
"""Seconds for which a process that cannot be seen from here is believed to be at work."""


def mark_pending(folder: Path, store: str) -> None:
    """Note that this process is about to write them to a store, named by where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {**this_process(), "store": _named(store)}
    (folder / PENDING).write_text(json.dumps(content) + "\n", "utf-8")


def clear_pending(folder: Path, store: str) -> None:
    """Note that a store has them all."""
    if _read(folder).get("store") == _named(store):
        (folder / PENDING).unlink(missing_ok=True)


def is_pending(folder: Path) -> bool:
    """Return whether a store still lacks some of these records.

    False in a read-only folder, where the note could never be removed.
    """
    return (folder / PENDING).exists() and os.access(folder, os.W_OK)


def recording_process(folder: Path) -> Mapping[str, str]:
    """Return the process that last began to write them to a store; empty where none did."""
    content = _read(folder)
    return {key: content[key] for key in KEYS if key in content}


def is_recording(folder: Path) -> bool:
    """Return whether another process is recording in a folder."""
    if owner(folder):
        return True
    process = recording_process(folder)
    if not process or process == this_process():
        return False
    ended = has_ended(process)
    return _seconds_since_write(folder) < RECENT if ended is None else not ended


def _read(folder: Path) -> dict[str, str]:
    with suppress(OSError, ValueError):
        content = json.loads((folder / PENDING).read_text("utf-8"))
        return content if isinstance(content, dict) else {}
    return {}


def _named(store: str) -> str:
    """Name a store by a digest: its URI may hold a password."""
    return digest(store)[:16]


def _seconds_since_write(folder: Path) -> float:
    """Return the seconds since a record was last written."""
    return time.time() - max(path.stat().st_mtime for path in folder.iterdir() if path.is_file())
