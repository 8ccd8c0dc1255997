"""`python -m promptlab`: commands by name, and an experiment where none is named."""

import importlib
import os
import sys
import warnings
from typing import NoReturn

from promptlab.machine.extras import missing
from promptlab.text.escaping import visible

# OpenMP's threads wait for each other by spinning, which on cores shared with other programs makes
# a forward pass several times slower. Read when torch, or whatever else uses it, is imported.
os.environ.setdefault("GOMP_SPINCOUNT", "3000")

COMMANDS = (
    *("annotate", "ask", "cache", "data", "export", "import", "improve", "inspect", "race"),
    *("perplexity", "recalibrate", "report", "search", "show", "sync", "table", "try", "ui"),
)
"""Each is the function of that name in the file of that name."""
RENAMED = {"import": "import_file", "try": "try_out"}
"""Commands whose name is a word of Python."""
WITHOUT_OVERRIDES = (
    *("annotate", "ask", "cache", "data", "export", "import", "perplexity", "recalibrate"),
    *("report", "sync", "table", "ui"),
)
"""Commands that are told nothing as key=value, or whose other words may look like it: these read
their own."""


def main() -> None:
    """Run the command line of this process; every error ends in one message."""
    warnings.formatwarning = lambda message, *_, **__: f"promptlab: {visible(str(message))}\n"
    try:
        command = sys.argv[1] if len(sys.argv) > 1 else ""
        if command not in WITHOUT_OVERRIDES:
            from promptlab.cli.config.overrides import rewrite_overrides  # noqa: PLC0415  Hydra's grammar

            sys.argv[1:] = rewrite_overrides(sys.argv[1:])
        if command in COMMANDS:
            name = RENAMED.get(command, command)
            getattr(importlib.import_module(f"promptlab.cli.command.{name}"), name)(sys.argv[2:])
        else:
            from promptlab.cli.run import run  # noqa: PLC0415  commands start without it

            run()
    except KeyboardInterrupt:
        _fail("interrupted; every finished batch of trials is kept", status=130)
    except Exception as error:
        if os.environ.get("PROMPTLAB_DEBUG"):
            raise
        _fail(_explained(error))


def _explained(error: Exception) -> str:
    """Say what went wrong; a light installation has no Hydra, and none of its errors."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        return missing(error.name) if error.msg.startswith("No module") else str(error)
    try:
        from promptlab.cli.explain import explain  # noqa: PLC0415  only needed when things fail
    except ModuleNotFoundError:
        return f"{error}"
    return explain(error)


def _fail(message: str, status: int = 1) -> NoReturn:
    print(f"promptlab: {visible(message)}", file=sys.stderr)
    raise SystemExit(status)
