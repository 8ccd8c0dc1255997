"""What an executor does, and what the result of a program is."""

from typing import Protocol

OUTPUT = 10_000
"""Most characters of a program's output that are read; a program that writes more fails."""


class Executor(Protocol):
    """Runs programs that nobody has read, contained."""

    def run(self, source: str) -> str:
        """Run a program, and return its result.

        That is what it prints; of one that prints nothing the value of `solution()`, where it
        defines that, or of the variable `ans`.

        Raises:
            ProgramFailed: it fails, or takes more time, memory or output than it may.
            RequestFailed: there is no executor on this machine.
        """
        ...
