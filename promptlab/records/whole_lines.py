"""Files of JSON lines that end in whole ones, whatever stopped the writing."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO


def append_lines(path: Path, lines: Sequence[bytes]) -> None:
    """Add lines, and sync them to disk; a half-written last line is cut off first.

    Raises:
        OSError: nothing more can be written; the file has the lines that it had.
    """
    end = whole_end(path)
    try:
        _write_at(path, end, b"".join(map(end_line, lines)))
    except OSError as error:
        if path.exists():
            os.truncate(path, end)
        raise _cannot_write(path, error) from error


def replace_file(path: Path, data: bytes) -> None:
    """Write a file atomically.

    Raises:
        OSError: it cannot be written, and is as it was.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write_at(draft, 0, data)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _cannot_write(path, error) from error


def whole_end(path: Path) -> int:
    """Return the offset after the last whole line, which may lack its newline."""
    if not path.exists():
        return 0
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        start = _after_last_newline(file, size)
        file.seek(start)
        return size if is_object(file.read()) else start


def last_whole_line(path: Path) -> bytes:
    """Return the last whole line without its newline; empty where there is none."""
    end = whole_end(path)
    if not end:
        return b""
    with path.open("rb") as file:
        start = _after_last_newline(file, end - 1)
        file.seek(start)
        return file.read(end - start).rstrip(b"\n")


def end_line(text: bytes) -> bytes:
    """Return a line, or lines, with one newline at the end."""
    return text.rstrip(b"\r\n") + b"\n"


def is_object(line: bytes) -> bool:
    """Return whether a line is a whole JSON object."""
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _write_at(path: Path, offset: int, data: bytes) -> None:
    """Write at the offset, on a line of its own, end the file there, and sync it to disk."""
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.seek(max(0, offset - 1))
        newline = b"\n" if offset and file.read(1) != b"\n" else b""
        file.seek(offset)
        file.write(newline + data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _after_last_newline(file: BinaryIO, position: int) -> int:
    while position:
        start = max(0, position - 65536)
        file.seek(start)
        newline = file.read(position - start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        position = start
    return 0


def _cannot_write(path: Path, error: OSError) -> OSError:
    return OSError(
        error.errno,
        f"{error.strerror}; what was written before is whole. Make room, or choose another "
        "output folder, and run again",
        str(path),
    )
