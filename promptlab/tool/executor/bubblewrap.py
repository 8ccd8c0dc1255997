"""Bubblewrap: all of Python in a jail of Linux, without network, files or other processes.

https://github.com/containers/bubblewrap, Debian's package `bubblewrap`. A jail is made for each
program and sees the system's Python, read-only, and an empty folder in memory. The program is one
process of one thread, so that the limit of its memory is that of all the memory it takes.
"""

import json
import os
import resource
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from promptlab.protocols import ProgramFailed
from promptlab.tool.executor import seccomp
from promptlab.tool.executor.executor import OUTPUT
from promptlab.tool.executor.imports import used_alone
from promptlab.types import RequestFailed

NOBODY = 65534
LEAST = 32
"""Megabytes in which Python starts and imports what it has."""
OPEN = 64
"""Files, pipes and sockets that a program may hold open: what these buffer is memory, too."""
FILE = 2**20
"""Bytes of the largest file that a program may write."""
FOLDER = 16 * 2**20
"""Bytes of all that it may write: its folder is in memory, and nothing else can be written."""
RESULT = (
    f"""
import resource as _resource
_resource.setrlimit(_resource.RLIMIT_NPROC, (1, 1))
_resource.setrlimit(_resource.RLIMIT_NOFILE, ({OPEN}, {OPEN}))
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
_sys.stdout = _Out(_sys.stdout)
exec(compile(_source, "program", "exec"), _names)
if not _Out.wrote:
    if callable(_names.get("solution")): print(_names["solution"]())
    elif "ans" in _names: print(_names["ans"])
"""
)
"""What runs in the jail: the program, and then what its result is.

Processes and open files are limited in there: the jail itself is made by a few more, and is made
beside any number of others of the same user.
"""


@dataclass(frozen=True)
class Bubblewrap:
    """Run programs in a jail of their own.

    Attributes:
        seconds: That a program may take.
        megabytes: Of memory that it may take, besides 16 for its folder. It starts no processes
            and no threads.
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
        done = self._done(bwrap, used_alone(source).encode("utf-8", "replace"))
        if not done.started and done.wrong.startswith("bwrap: "):
            raise RequestFailed(
                f"no jail can be made on this machine ({done.wrong.strip()[:300]}): allow user "
                "namespaces, or executor=monty"
            )
        if done.status:
            lines = done.wrong.strip().splitlines() or [f"it ended with status {done.status}"]
            raise ProgramFailed(f"the program failed: {lines[-1][:300]}")
        if len(done.out) > OUTPUT:
            raise ProgramFailed(f"the program wrote more than {OUTPUT:,} characters")
        return done.out.strip()

    def _done(self, bwrap: str, source: bytes) -> "_Done":
        """Run a program to its end.

        Raises:
            ProgramFailed: it takes too long.
        """
        with ExitStack() as files:
            out, wrong, told, rules = (
                files.enter_context(tempfile.TemporaryFile()) for _ in range(4)
            )
            jail = [bwrap, *_JAIL, *_told_to(told), *_filtered(rules)]
            try:
                done = subprocess.run(  # noqa: S603  what runs is in a jail
                    [*jail, "/usr/bin/python3", "-I", "-c", RESULT],
                    input=source,
                    stdout=out,
                    stderr=wrong,
                    timeout=self.seconds,
                    check=False,
                    env={},  # a program can read that of the jail's first process
                    pass_fds=(told.fileno(), rules.fileno()),
                    preexec_fn=partial(_limit, self),  # limits alone
                    **_nobody(),
                )
            except subprocess.TimeoutExpired:
                raise ProgramFailed(
                    f"the program failed: it took more than {self.seconds:g} s"
                ) from None
            return _Done(done.returncode, _read(out), _read(wrong), _is_started(told))


@dataclass(frozen=True)
class _Done:
    """What became of a program.

    Attributes:
        status: With which it ended.
        out: What it wrote.
        wrong: Its errors.
        started: Whether there was a jail for it, which bubblewrap says, and no program can.
    """

    status: int
    out: str
    wrong: str
    started: bool


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
    *("--setenv", "OMP_NUM_THREADS", "1"),
]


def _told_to(file: IO[bytes]) -> list[str]:
    """Have bubblewrap say what it does."""
    return ["--json-status-fd", str(file.fileno())]


def _is_started(told: IO[bytes]) -> bool:
    """Say whether a program was started: only then its status is said."""
    told.seek(0)
    return any("exit-code" in json.loads(line) for line in told)


def _filtered(file: IO[bytes]) -> list[str]:
    """Filter system calls, where this machine's are known."""
    file.write(seccomp.program())
    file.seek(0)
    return ["--seccomp", str(file.fileno())] if seccomp.program() else []


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
