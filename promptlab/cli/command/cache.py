"""What the cache holds, how large it is, and how to be rid of it."""

import argparse
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from rich.console import Console
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from promptlab.machine.cache_folder import cache_folder
from promptlab.model.cache import table as store_table
from promptlab.model.cache.cached_model import default_path
from promptlab.model.cache.table import Held
from promptlab.sealed_table.file import aside
from promptlab.sealed_table.opening import open_to_read
from promptlab.text.escaping import in_line

SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
"""How long the units of `--older-than` are."""


def cache(arguments: Sequence[str]) -> None:
    """Print what is stored, or clear some of it."""
    options = _options(arguments)
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    path = str(Path(options.path).absolute()) if options.path else default_path()
    if options.action == "clear":
        message = clear(path, options.model, options.older_than, every=options.all)
        console.print(_text(message))
        return
    models = stored_models(path)
    console.print(_text(summary(path, models)))
    if models:
        console.print(_table(models))
    console.print(_text(folders()))


def _text(message: str) -> Text:
    return Text(in_line(message))


def stored_models(path: str) -> list[Held]:
    """List the models of which something is stored, the largest first."""
    if not Path(path).is_file():
        return []
    with _opened(path) as connection:
        return store_table.held(connection)


def summary(path: str, models: Sequence[Held]) -> str:
    """Say in one line how much is stored."""
    if not models:
        return f"No completions are stored in {path}"
    pieces = sum(model.pieces for model in models)
    return f"{pieces:,} completions and scores, {decimal(_bytes(path))}: {path}"


def clear(path: str, model: str, older_than: str, *, every: bool) -> str:
    """Clear completions, and say what was removed.

    Args:
        path: The store.
        model: Only what is of this model; empty for any.
        older_than: Only what was not used for so long, `30d` say; empty for any.
        every: Clear without either.

    Raises:
        ValueError: nothing says what to clear, no such model is stored, or that is no length of
            time.
    """
    if not (model or older_than or every):
        raise ValueError(
            "cache clear: what? Give --model NAME, --older-than 30d (both: what is either's too), "
            "or --all"
        )
    before = int(time.time()) - seconds(older_than) if older_than else None
    _check_model(path, model)
    forgotten = _remove_unusable(path) if every else ""
    if not stored_models(path):
        return f"{forgotten}Nothing to remove: no completions are stored in {path}"
    full = _bytes(path)
    with _opened(path) as connection:
        removed = store_table.clear(connection, [model] if model else None, before)
    whose = f" of {model}" if model else ""
    when = f" not used for {older_than}" if older_than else ""
    return (
        f"{forgotten}Removed {removed.pieces:,} completions and scores{whose}{when}; {path} took "
        f"{decimal(full)}, and takes {decimal(_bytes(path))}"
    )


def folders() -> str:
    """List the other folders of the cache, with their sizes."""
    root = cache_folder("")
    parts = sorted(path for path in root.glob("*") if path.is_dir())
    sizes = [f"{part.name} {decimal(_content(part))}" for part in parts]
    if not sizes:
        return f"Nothing else is in {root}"
    return f"Also in {root}: {', '.join(sizes)}; delete a folder, and it is made again when needed"


def seconds(duration: str) -> int:
    """Read a length of time: a number of minutes, hours, days or weeks.

    Raises:
        ValueError: it is none.
    """
    match = re.fullmatch(r"(\d+)([mhdw])", duration.strip())
    if not match:
        raise ValueError(
            f"--older-than {duration}: expected a number and m, h, d or w (minutes, hours, days, "
            "weeks), 30d say"
        )
    return int(match[1]) * SECONDS[match[2]]


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("promptlab cache", description=__doc__)
    parser.add_argument("action", nargs="?", choices=("show", "clear"), default="show")
    parser.add_argument("--model", default="", help="clear what is of this model")
    parser.add_argument("--older-than", default="", help="clear what was not used for so long: 30d")
    parser.add_argument("--all", action="store_true", help="clear all completions and scores")
    parser.add_argument("--path", default="", help="another store (completions.db in the cache)")
    return parser.parse_args(arguments)


def _table(models: Sequence[Held]) -> Table:
    table = Table(box=None)
    for column in ("model", "stored", "size", "first", "last used", "which"):
        table.add_column(column, no_wrap=column != "which")
    for model in models:
        others = [other.identity for other in models if other.name == model.name]
        days = [time.strftime("%Y-%m-%d", time.localtime(at)) for at in (model.created, model.used)]
        which = ", ".join(_distinguish(model.identity, others))
        row = (model.name, f"{model.pieces:,}", decimal(model.size), *days, which)
        table.add_row(*map(_text, row))
    return table


def _distinguish(identity: Mapping[str, str], others: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Yield what distinguishes a model from others of its name, with hashes shortened."""
    for key, value in identity.items():
        if any(other.get(key) != value for other in others):
            yield f"{key} {value[:8] if re.fullmatch('[0-9a-f]{16,}', value) else value[:40]}"


def _check_model(path: str, model: str) -> None:
    stored = sorted({item.name for item in stored_models(path)})
    if model and model not in stored:
        names = ", ".join(stored) or "nothing at all"
        raise ValueError(f"--model {model}: nothing of it is stored in {path}; there is {names}")


def _remove_unusable(path: str) -> str:
    """Delete a damaged store that was set aside."""
    files = [Path(aside(path) + suffix) for suffix in ("", "-wal", "-shm")]
    message = f"Removed {files[0]}. " if files[0].is_file() else ""
    for file in files:
        file.unlink(missing_ok=True)
    return message


@contextmanager
def _opened(path: str) -> Iterator[sqlite3.Connection]:
    """Open a store.

    Raises:
        OSError: it is damaged, of another version, or in use.
    """
    try:
        with closing(open_to_read(path, store_table.LAYOUT)) as connection:
            yield connection
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise OSError(
            f"{path} cannot be used ({error}). Where it is damaged, the next run sets it aside and "
            "begins a new one; or delete it"
        ) from error


def _bytes(path: str) -> int:
    files = (Path(path + suffix) for suffix in ("", "-wal"))
    return sum(file.stat().st_size for file in files if file.is_file())


def _content(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
