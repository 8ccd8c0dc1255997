"""`python -m promptlab`: commands by name, and an experiment where none is named."""

import importlib
import os
import sys
import warnings
from typing import NoReturn

from promptlab.shown import visible

# OpenMP's threads wait for each other by spinning, which on cores shared with other programs makes
# a forward pass several times slower. Read when torch, or whatever else uses it, is imported.
os.environ.setdefault("GOMP_SPINCOUNT", "3000")

COMMANDS = ("cache", "race", "report", "search", "show", "sync", "ui")
"""Each is the function of that name in the file of that name."""


def main() -> None:
    """Run the command line of this process; every error ends in one message."""
    warnings.formatwarning = lambda message, *_, **__: f"promptlab: {visible(str(message))}\n"
    try:
        if len(sys.argv) > 1 and sys.argv[1] in COMMANDS:
            module = importlib.import_module(f"promptlab.cli.{sys.argv[1]}")
            getattr(module, sys.argv[1])(sys.argv[2:])
        else:
            from promptlab.cli.run import run  # noqa: PLC0415  commands start without it

            run()
    except KeyboardInterrupt:
        _fail("interrupted; every finished window of trials is kept", status=130)
    except Exception as error:
        if os.environ.get("PROMPTLAB_DEBUG"):
            raise
        from promptlab.cli.explain import explain  # noqa: PLC0415  only needed when things fail

        _fail(explain(error))


def _fail(message: str, status: int = 1) -> NoReturn:
    print(f"promptlab: {visible(message)}", file=sys.stderr)
    raise SystemExit(status)
