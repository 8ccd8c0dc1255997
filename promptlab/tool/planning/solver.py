"""Asks the process that plans, and ends it, and the planner that it started, if it takes long."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from functools import cache
from threading import Lock, Timer
from typing import Any

from promptlab.protocols import ProgramFailed
from promptlab.tool.planning.forms import Forms
from promptlab.types import RequestFailed

START_SECONDS = 60.0
"""What loading may take, besides the first plan."""
GRACE_SECONDS = 5.0
"""How much longer than the planner's own limit it is waited for: reading takes time, too."""


class Solver:
    """One process, started when it is first asked and again after it was ended."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None

    def solve(self, forms: Forms, seconds: float) -> str:
        """Return a plan; or, of forms that hold one, `valid`.

        Raises:
            ProgramFailed: there is none, or it does not hold.
            RequestFailed: no planner is installed.
        """
        with self._lock:
            limit = seconds + GRACE_SECONDS
            if self._process is None or self._process.poll() is not None:
                self._process, limit = _start(), limit + START_SECONDS
            told = self._ask(self._process, {**forms._asdict(), "seconds": seconds}, limit)
        if "missing" in told:
            raise RequestFailed(told["missing"])
        if "failed" in told:
            raise ProgramFailed(f"the planner failed: {told['failed']}")
        return str(told["said"])

    def _ask(
        self, process: "subprocess.Popen[str]", asked: dict[str, Any], seconds: float
    ) -> dict[str, str]:
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018
        limit = Timer(seconds, _end, [process])
        limit.start()
        try:
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            limit.cancel()
        if line:
            told: dict[str, str] = json.loads(line)
            return told
        process.wait()
        return {"failed": f"it took more than {seconds:g} s, or more memory than it may"}


@cache
def solver() -> Solver:
    """Return the one that all tools of this process share."""
    return Solver()


def _start() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "promptlab.tool.planning.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def _end(process: "subprocess.Popen[str]") -> None:
    """End a process with all that it started, where the system has groups of processes."""
    with suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
