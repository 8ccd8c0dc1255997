"""Who owns a run's folder: one process at a time, for as long as it lives.

The lock is the kernel's (flock, which a network disk passes on to its server), so it ends with its
process, however that ends. The text in its file is for people to read.
"""

import errno
import fcntl
import os
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

LOCK = "run.lock"
UNWRITABLE = (errno.EROFS, errno.EACCES, errno.EPERM)
WITHOUT_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


@contextmanager
def own(folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Own a folder for a while.

    A read-only folder needs no owner, and gets none.

    Args:
        folder: Created where it is missing.
        wait: Whether to wait for another process that owns it.

    Raises:
        OSError: another process owns it; it is named.
    """
    file = _open(folder)
    if file is None:
        yield
        return
    with file:
        _take(file, folder, wait=wait)
        _sign(file)
        try:
            yield
        finally:
            file.truncate(0)


def owner(folder: Path) -> str:
    """Describe the process that owns a folder; empty where none does or it is not known."""
    try:
        with (folder / LOCK).open(encoding="utf-8", errors="replace") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read_signature(folder)
    except OSError:
        return ""
    return ""


def _open(folder: Path) -> IO[str] | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / LOCK).open("a", encoding="utf-8")
    except OSError as error:
        if error.errno in UNWRITABLE and folder.is_dir():
            return None
        raise


def _take(file: IO[str], folder: Path, *, wait: bool) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = _read_signature(folder)
        if not wait:
            raise OSError(
                f"{folder} is being written by {holder}; expected one run at a time in a folder. "
                "Let it end, say wait=true to wait for it, or give this run another folder"
            ) from error
        warnings.warn(f"{folder} is being written by {holder}; waiting for it", stacklevel=4)
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError as error:
        if error.errno not in WITHOUT_LOCKS:
            raise
        message = f"the disk of {folder} has no locks: see that no other process runs there"
        warnings.warn(message, stacklevel=4)


def _sign(file: IO[str]) -> None:
    now = datetime.now().astimezone().isoformat(" ", "seconds")
    file.truncate(0)
    file.write(f"process {os.getpid()} on {socket.gethostname()}, since {now}\n")
    file.flush()


def _read_signature(folder: Path) -> str:
    try:
        text = (folder / LOCK).read_text("utf-8", "replace")[:200].strip()
    except OSError:
        text = ""
    return text or "another process"
