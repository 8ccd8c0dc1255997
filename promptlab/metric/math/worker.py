"""The process that compares expressions: a line of JSON in, `true` or `false` out.

It runs as `python -m promptlab.metric.math.worker` until its input ends.
"""

import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from typing import TextIO

from promptlab.machine.extras import installed

MEMORY = 4 << 30
ANCHORS = ("$", "\\boxed", "\\(", "\\[")


def equal(said: str, gold: Sequence[str]) -> bool:
    """Say whether an expression equals one of the gold ones, as math-verify has it."""
    with installed():
        from math_verify import parse, verify  # noqa: PLC0415  loads SymPy

    # Its own time limits are alarms, which only a main thread may set: whoever asks waits instead.
    expression = parse(_anchored(said), parsing_timeout=None)
    return any(
        verify(parse(_anchored(right), parsing_timeout=None), expression, timeout_seconds=None)
        for right in gold
    )


def _anchored(text: str) -> str:
    return text if any(anchor in text for anchor in ANCHORS) else f"${text}$"


def main(source: TextIO, sink: TextIO) -> None:
    """Answer line by line; an expression that cannot be compared is not equal."""
    for line in source:
        said, gold = json.loads(line)
        try:
            with redirect_stdout(sys.stderr):
                verdict = equal(said, gold)
        except ModuleNotFoundError:
            raise
        except Exception:
            verdict = False
        print(json.dumps(verdict), file=sink, flush=True)


def bound_memory() -> None:
    """Let an expression that unfolds without end fail here, and not take the machine."""
    try:
        import resource  # noqa: PLC0415  not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    bound_memory()
    main(sys.stdin, sys.stdout)
