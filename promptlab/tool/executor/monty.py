"""Monty: an interpreter of a part of Python, written in Rust, with no way out of it.

https://github.com/pydantic/monty. It has no files, network, processes or environment; classes do
not inherit, and few modules can be imported (math, re, json, datetime, itertools, …).
"""

import atexit
import re
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from promptlab.machine.extras import installed
from promptlab.protocols import ProgramFailed
from promptlab.tool.executor.executor import OUTPUT
from promptlab.tool.executor.imports import used_alone

ELSEWHERE = "; executor=bubblewrap has all modules of Python's own"
_LOCK = Lock()
"""One pool of workers, whoever is first to ask for it."""


@dataclass(frozen=True)
class Monty:
    """Run programs in Monty's worker processes, one a core, each from a clean start.

    What a program draws by chance is the same in every run.

    Attributes:
        seconds: That a program may take, and sleep besides.
        megabytes: Of memory that it may take.
        depth: Of calls within calls.
    """

    seconds: float = 2.0
    megabytes: int = 256
    depth: int = 500

    def __post_init__(self) -> None:
        """Check the limits."""
        if self.seconds <= 0 or self.megabytes < 1 or self.depth < 1:
            raise ValueError(
                f"seconds is {self.seconds}, megabytes {self.megabytes}, depth {self.depth}; "
                "expected more than 0 of each"
            )

    def run(self, source: str) -> str:
        """Run a program, and return its result; see `Executor`."""
        with installed():
            from pydantic_monty import MontyError  # noqa: PLC0415  an extra

        limits = {
            "max_feed_duration_secs": self.seconds,
            "max_memory": self.megabytes * 2**20,
            "max_recursion_depth": self.depth,
            "max_total_sleep_secs": self.seconds,  # which the first of them leaves out
        }
        policy = {"sleep_system_max": self.seconds, "random_start": {"seed": 0}}
        said = _Said()
        try:
            with _pool().checkout(limits=limits, os_policy=policy) as session:
                session.feed_run(f"{used_alone(source)}\nNone", print_callback=said)
                if not said.text.strip() and (asked := _asked(source)):
                    said("", session.feed_run(asked, print_callback=said))
        except (MontyError, RecursionError) as error:
            line = (str(error).strip().splitlines() or [type(error).__name__])[-1][:300]
            more = ELSEWHERE if line.startswith("ModuleNotFoundError") else ""
            raise ProgramFailed(f"the program failed: {line}{more}") from None
        if said.full:
            raise ProgramFailed(f"the program wrote more than {OUTPUT:,} characters")
        return said.text.strip()


class _Said:
    """What a program printed, as far as it is read."""

    def __init__(self) -> None:
        self.text, self.full = "", False

    def __call__(self, stream: str, text: str) -> None:  # noqa: ARG002
        self.full = self.full or len(self.text) + len(text) > OUTPUT
        self.text += text[: OUTPUT - len(self.text)]


def _asked(source: str) -> str:
    """Return what is evaluated after a program that printed nothing; empty for nothing.

    A text comes of it, of which there is no more than is read. Any other value would be unfolded in
    this process, outside of all limits: a list of a thousand times the same list of a thousand.
    """
    name = "ans" if re.search(r"\bans\b", source) else ""
    name = "solution()" if "def solution(" in source else name
    return f"f'{{{name}!s}}'[:{OUTPUT + 1}]" if name else ""


def _pool() -> Any:
    with _LOCK:
        return _workers()


@lru_cache(maxsize=1)
def _workers() -> Any:
    """Return the worker processes, which end with this one."""
    from pydantic_monty import Monty as Workers  # noqa: PLC0415  an extra

    workers = Workers()
    workers.__enter__()
    atexit.register(workers.__exit__, None, None, None)
    return workers
