"""Python: runs a program that a model wrote, contained."""

from dataclasses import dataclass

from promptlab.protocols import ProgramFailed
from promptlab.tool.executor.executor import Executor

LONGEST = 50_000
"""Most characters of a program."""


@dataclass(frozen=True)
class Python:
    """Run a program, and return what it prints, or the value of `solution()` or of `ans`.

    Attributes:
        executor: Runs it.
        pure: Whether the same program always has the same result; one that draws by chance or
            reads the clock has not, so that results are kept only where this is said.
        description: What a model is told of it.
    """

    executor: Executor
    pure: bool = False
    description: str = "runs a Python program and returns what it prints"

    def __call__(self, text: str) -> str:
        """Return the program's result.

        Raises:
            ProgramFailed: it has none, fails, or takes more than it may.
            RequestFailed: nobody can run it here.
        """
        if len(text) > LONGEST:
            raise ProgramFailed(f"the program has more than {LONGEST:,} characters")
        said = self.executor.run(text)
        if not said:
            raise ProgramFailed(
                "the program has no result; expected one that prints it, defines solution(), or "
                "sets ans"
            )
        return said
