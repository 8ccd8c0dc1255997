"""`python -m promptlab`: commands by name, and an experiment where none is named."""

import importlib
import os
import sys
import warnings
from typing import NoReturn

from promptlab.escaping import visible

# OpenMP's threads wait for each other by spinning, which on cores shared with other programs makes
# a forward pass several times slower. Read when torch, or whatever else uses it, is imported.
os.environ.setdefault("GOMP_SPINCOUNT", "3000")

COMMANDS = ("cache", "improve", "race", "report", "search", "show", "sync", "ui")
"""Each is the function of that name in the file of that name."""
WITHOUT_OVERRIDES = ("cache", "report", "sync", "ui")
"""Commands that are told nothing as key=value."""


def main() -> None:
    """Run the command line of this process; every error ends in one message."""
    warnings.formatwarning = lambda message, *_, **__: f"promptlab: {visible(str(message))}\n"
    try:
        command = sys.argv[1] if len(sys.argv) > 1 else ""
        if command not in WITHOUT_OVERRIDES:
            from promptlab.cli.config.overrides import rewrite_overrides  # noqa: PLC0415  Hydra's grammar

            sys.argv[1:] = rewrite_overrides(sys.argv[1:])
        if command in COMMANDS:
            module = importlib.import_module(f"promptlab.cli.{command}")
            getattr(module, command)(sys.argv[2:])
        else:
            from promptlab.cli.run import run  # noqa: PLC0415  commands start without it

            run()
    except KeyboardInterrupt:
        _fail("interrupted; every finished batch of trials is kept", status=130)
    except Exception as error:
        if os.environ.get("PROMPTLAB_DEBUG"):
            raise
        from promptlab.cli.explain import explain  # noqa: PLC0415  only needed when things fail

        _fail(explain(error))


def _fail(message: str, status: int = 1) -> NoReturn:
    print(f"promptlab: {visible(message)}", file=sys.stderr)
    raise SystemExit(status)
