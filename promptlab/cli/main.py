"""`python -m promptlab`: commands by name, and an experiment where none is named."""

import difflib
import importlib
import os
import shlex
import sys
import warnings
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from promptlab.cli.words import asks_for, command_of, flags_first, unknown, value_of
from promptlab.machine.extras import missing
from promptlab.text.escaping import visible

# OpenMP's threads wait for each other by spinning, which on cores shared with other programs makes
# a forward pass several times slower. Read when torch, or whatever else uses it, is imported.
os.environ.setdefault("GOMP_SPINCOUNT", "3000")

COMMANDS = (
    *("annotate", "ask", "cache", "data", "export", "import", "improve", "inspect", "judge"),
    *("laws", "perplexity", "race", "recalibrate", "report", "search", "show", "sync", "table"),
    *("try", "tune", "ui", "verify"),
)
"""Each is the function of that name in the file of that name."""
RENAMED = {"import": "import_file", "try": "try_out"}
"""Commands whose name is a word of Python."""
INTERRUPTED = (
    "interrupted; every finished batch of trials is kept, and the same command goes on from there"
)
WITHOUT_OVERRIDES = (
    *("annotate", "ask", "cache", "data", "export", "import", "judge", "laws", "perplexity"),
    *("recalibrate", "report", "sync", "table", "tune", "ui", "verify"),
)
"""Commands that are told nothing as key=value, or whose other words may look like it: these read
their own."""


def main() -> None:
    """Run the command line of this process; every error ends in one message."""
    warnings.formatwarning = _telling_once()
    try:
        _call(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        _nobody_reads()
    except KeyboardInterrupt:
        _fail(INTERRUPTED, status=130)
    except Exception as error:
        if os.environ.get("PROMPTLAB_DEBUG"):
            raise
        _fail(_explained(error))


def _telling_once() -> Callable[..., str]:
    """Write each warning in a line, once: libraries make Python forget what it has told."""
    told = set[str]()

    def line(message: Warning | str, *_: object, **__: object) -> str:
        text = f"promptlab: {visible(str(message))}\n"
        known = text in told
        told.add(text)
        return "" if known else text

    return line


def _call(words: Sequence[str]) -> None:
    """Call the command that the words name, or run what they describe."""
    command, rest = command_of(words, COMMANDS)
    if not command and asks_for(words, "--version", "-V"):
        print(f"promptlab {version('promptlab')}")
    elif not words or (not command and asks_for(words, "--help", "-h")):
        from promptlab.cli.help import show_help  # noqa: PLC0415  commands start without it

        show_help(value_of(words, "--config-dir", "-cd"))
    elif not command and (word := unknown(words)):
        raise ValueError(_no_command(word))
    else:
        _start(command, rest)


def _importable(folder: str) -> None:
    """Let a yaml of one's own name one's own modules: beside it, or by the folder's name."""
    own = Path(folder).absolute()
    sys.path += [path for path in (str(own.parent), str(own)) if path not in sys.path]


def _start(command: str, words: Sequence[str]) -> None:
    if folder := value_of(words, "--config-dir", "-cd"):
        _importable(folder)
    if command not in WITHOUT_OVERRIDES:
        from promptlab.cli.config.overrides import rewrite_overrides  # noqa: PLC0415  Hydra's grammar

        words = rewrite_overrides(words)
    sys.argv[1:] = [command, *words] if command else words
    if command:
        name = RENAMED.get(command, command)
        getattr(importlib.import_module(f"promptlab.cli.command.{name}"), name)(words)
    else:
        from promptlab.cli.run import run  # noqa: PLC0415  likewise

        sys.argv[1:] = flags_first(words)
        run()


def _no_command(word: str) -> str:
    """Say what a word that is no command may have been meant as."""
    near = difflib.get_close_matches(word, COMMANDS, 1)
    if near:
        return f"{word}: no such command; did you mean {near[0]}?"
    if Path(word).exists():
        return f"{word}: expected a command before it; python -m promptlab data {shlex.quote(word)}"
    return f"{word}: expected key=value, such as strategy=cot, or a command: {', '.join(COMMANDS)}"


def _nobody_reads() -> NoReturn:
    """End as other programs do whose reader has gone: with no message."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(141)


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
