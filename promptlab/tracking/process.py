"""The process that records a run, identified well enough to know when it has ended."""

import hashlib
import os
import socket
import uuid
from collections.abc import Mapping
from pathlib import Path

KEYS = ("host", "pid", "process")


def this_process() -> dict[str, str]:
    """Describe this process uniquely, across reboots and containers: `host`, `pid`, `process`."""
    machine = _read("/etc/machine-id") or str(uuid.getnode())
    marks = (
        hashlib.sha256(machine.encode()).hexdigest()[:12],
        _read("/proc/sys/kernel/random/boot_id")[:8],
        _link("/proc/self/ns/pid"),
        _start_ticks(os.getpid()),
    )
    return {"host": socket.gethostname(), "pid": str(os.getpid()), "process": " ".join(marks)}


def same_machine(process: Mapping[str, str]) -> bool:
    """Return whether a process is, or was, on this machine."""
    here = this_process()
    return process.get("host") == here["host"] and _marks(process)[0] == _marks(here)[0]


def has_ended(process: Mapping[str, str]) -> bool | None:
    """Return whether a process has ended; None where that cannot be known.

    It cannot for processes of other machines or of other containers on this one.
    """
    if not same_machine(process):
        return None
    _, boot, space, start = _marks(process)
    _, my_boot, my_space, _ = _marks(this_process())
    if boot != my_boot:
        return True
    if space != my_space or not process.get("pid", "").isdigit():
        return None
    pid = int(process["pid"])
    return not _exists(pid) or _start_ticks(pid) != start


def _marks(process: Mapping[str, str]) -> tuple[str, str, str, str]:
    """Split `process` into the machine, its boot, the container and the process's start."""
    machine, boot, space, start, *_ = [*process.get("process", "").split(" "), *[""] * 4]
    return machine, boot, space, start


def _start_ticks(pid: int) -> str:
    """Return when a process began, in ticks since boot; empty where that is not known."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 else ""


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, ValueError):
        return ""


def _link(path: str) -> str:
    try:
        return str(Path(path).readlink())
    except OSError:
        return ""
