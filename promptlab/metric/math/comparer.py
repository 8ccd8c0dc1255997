"""Asks the process that compares expressions, and ends it where it takes too long."""

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from threading import Lock, Timer

START_SECONDS = 60.0
"""What loading SymPy may take, besides the first comparison."""


class Comparer:
    """One process, started when it is first asked and again after it was ended."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None

    def equal(self, said: str, gold: Sequence[str], seconds: float) -> bool:
        """Compare an expression with the gold ones; what takes longer is not equal."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._process = _start()
                self._ask(self._process, "0", ["0"], START_SECONDS)
            return self._ask(self._process, said, gold, seconds)

    def _ask(
        self, process: "subprocess.Popen[str]", said: str, gold: Sequence[str], seconds: float
    ) -> bool:
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018
        limit = Timer(seconds, process.kill)
        limit.start()
        try:
            process.stdin.write(json.dumps([said, list(gold)]) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
            if not line:  # it was ended, and is gone only when that was waited for
                process.wait()
            return line.strip() == "true"
        except BrokenPipeError:
            process.wait()
            return False
        finally:
            limit.cancel()


@cache
def comparer() -> Comparer:
    """Return the one that all metrics of this process share."""
    return Comparer()


def _start() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "promptlab.metric.math.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
