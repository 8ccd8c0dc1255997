"""Bubblewrap: all of Python in a jail of Linux, without network, files or other processes.

https://github.com/containers/bubblewrap, Debian's package `bubblewrap`. A jail is made for each
program and sees the system's Python, read-only, and an empty folder in memory.
"""

import os
import resource
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from promptlab.protocols import ProgramFailed
from promptlab.tool.executor.executor import OUTPUT
from promptlab.tool.executor.imports import used_alone
from promptlab.types import RequestFailed

NOBODY = 65534
LEAST = 32
"""Megabytes in which Python starts and imports what it has."""
PROCESSES = 8
FILE = 2**20
"""Bytes of the largest file that a program may write."""
FOLDER = 16 * 2**20
"""Bytes of all that it may write: its folder is in memory, and nothing else can be written."""
STARTED = "started\n"
"""What is written first in a jail that was made, so that no program can say that there is none."""
RESULT = (
    f"""
import resource as _resource
_resource.setrlimit(_resource.RLIMIT_NPROC, ({PROCESSES}, {PROCESSES}))
"""
    """
import sys as _sys
_source = _sys.stdin.read()
_names = {"__name__": "__main__"}
class _Out:
    wrote = False
    def __init__(self, to): self.to = to
    def write(self, text): _Out.wrote = _Out.wrote or bool(text.strip()); return self.to.write(text)
    def __getattr__(self, name):
        _Out.wrote = _Out.wrote or name == "buffer"
        return getattr(self.to, name)
print("started", flush=True)
_sys.stdout = _Out(_sys.stdout)
exec(compile(_source, "program", "exec"), _names)
if not _Out.wrote:
    if callable(_names.get("solution")): print(_names["solution"]())
    elif "ans" in _names: print(_names["ans"])
"""
)
"""What runs in the jail: the program, and then what its result is.

Processes are limited in there, where those alone count that are in the jail: outside, all others of
the same user count too, and a jail could not be made beside them.
"""


@dataclass(frozen=True)
class Bubblewrap:
    """Run programs in a jail of their own.

    Attributes:
        seconds: That a program may take.
        megabytes: Of memory that each of its processes may take, of which there are at most 8.
    """

    seconds: float = 5.0
    megabytes: int = 512

    def __post_init__(self) -> None:
        """Check the limits."""
        if self.seconds <= 0 or self.megabytes < LEAST:
            raise ValueError(
                f"seconds is {self.seconds}, megabytes {self.megabytes}; expected more than 0, and "
                f"at least {LEAST}, which Python itself takes"
            )

    def run(self, source: str) -> str:
        """Run a program, and return its result; see `Executor`."""
        if not (bwrap := shutil.which("bwrap")):
            raise RequestFailed(
                "bubblewrap is not installed, and no program is run without a jail: "
                "apt install bubblewrap, or executor=monty"
            )
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as wrong:
            try:
                done = subprocess.run(  # noqa: S603  what runs is in a jail
                    [bwrap, *_JAIL, "/usr/bin/python3", "-I", "-c", RESULT],
                    input=used_alone(source).encode("utf-8", "replace"),
                    stdout=out,
                    stderr=wrong,
                    timeout=self.seconds,
                    check=False,
                    preexec_fn=partial(_limit, self),  # limits alone
                    **_nobody(),
                )
            except subprocess.TimeoutExpired:
                raise ProgramFailed(
                    f"the program failed: it took more than {self.seconds:g} s"
                ) from None
            said, why = (_read(file) for file in (out, wrong))
        if not said.startswith(STARTED) and why.startswith("bwrap: "):
            raise RequestFailed(
                f"no jail can be made on this machine ({why.strip()[:300]}): allow user "
                "namespaces, or executor=monty"
            )
        if done.returncode:
            lines = why.strip().splitlines() or [f"it ended with status {done.returncode}"]
            raise ProgramFailed(f"the program failed: {lines[-1][:300]}")
        said = said.removeprefix(STARTED)
        if len(said) > OUTPUT:
            raise ProgramFailed(f"the program wrote more than {OUTPUT:,} characters")
        return said.strip()


def _nobody() -> dict[str, Any]:
    """Start the jail as nobody, where this process is root, whom limits do not bind."""
    return {} if os.geteuid() else {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _libraries() -> list[str]:
    """Bind what the system's Python needs, as it is laid out here."""
    words = ["--ro-bind", "/usr", "/usr"]
    for name in ("lib", "lib64", "bin"):
        place = Path("/", name)
        if place.is_symlink():
            words += ["--symlink", f"usr/{name}", f"/{name}"]
        elif place.is_dir():
            words += ["--ro-bind", str(place), str(place)]
    return words


_JAIL = [
    *("--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent"),
    *("--new-session", "--clearenv", *_libraries()),
    *("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"),
    *("--size", str(FOLDER), "--tmpfs", "/tmp", "--chdir", "/tmp"),  # noqa: S108
    *("--uid", str(NOBODY), "--gid", str(NOBODY), "--cap-drop", "ALL", "--remount-ro", "/"),
]


def _limit(settings: Bubblewrap) -> None:
    """Limit what the program may take; called in the process that becomes it."""
    memory, seconds = settings.megabytes * 2**20, int(settings.seconds) + 1
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(4 * OUTPUT + 1).decode("utf-8", "replace")
