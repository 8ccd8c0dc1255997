"""A note beside the records for as long as a store does not have all of them.

It names the process that writes them there, so that after a kill it is known that nobody does.
"""

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from promptlab.tracking.process import gone, this_process

OWED = "tracking.json"
RECENT = 600.0
"""Seconds for which a process that cannot be seen from here is believed to be at work."""


def owe(folder: Path) -> None:
    """Note that this process is about to show the records of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / OWED).write_text(json.dumps(this_process()) + "\n", "utf-8")


def settle(folder: Path) -> None:
    """Note that all is shown."""
    (folder / OWED).unlink(missing_ok=True)


def owed(folder: Path) -> bool:
    """Say whether a store was meant to have these records, and does not have all of them."""
    return (folder / OWED).exists()


def at_work(folder: Path) -> bool:
    """Say whether another process is recording in a folder."""
    if not owed(folder):
        return False
    process: Mapping[str, str] = {}
    with suppress(ValueError):
        process = json.loads((folder / OWED).read_text("utf-8"))
    if process == this_process():
        return False
    ended = gone(process)
    return _touched(folder) < RECENT if ended is None else not ended


def _touched(folder: Path) -> float:
    """Return the seconds since a record was last written."""
    return time.time() - max(path.stat().st_mtime for path in folder.iterdir() if path.is_file())
