"""Where runs are kept: in the folders named, or in those that the tag of a sweep stands for."""

import atexit
import difflib
import shutil
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from promptlab.report.sweep_mark import marked
from promptlab.tracking.mlflow.environment import prepare
from promptlab.tracking.mlflow.location import database, locate

if TYPE_CHECKING:
    from promptlab.tracking.mlflow.sweeps import StoredRun, StoredRuns

NEWEST = 8
"""Sweeps named where one is not known."""


def places(runs: Iterable[Path | str], uri: str = "") -> list[Path]:
    """Return the folders of runs; a text that is no path is looked up in the MLflow store.

    Args:
        runs: Folders; or the tags of sweeps, or any tag as `name=value`. Where the folder of a
            run is gone, or holds another run by now, its records are copied from the store into a
            folder that lasts as long as this process.
        uri: The store; empty for `MLFLOW_TRACKING_URI`, or `mlflow.db` in this folder.

    Raises:
        FileNotFoundError: neither is there; the sweeps that are known are named.
        OSError: it is no folder, and the store cannot be read.
    """
    return [
        place
        for run in runs
        for place in ([Path(run)] if _is_path(run) else _tagged(str(run), uri))
    ]


def _is_path(run: Path | str) -> bool:
    return isinstance(run, Path) or Path(run).exists()


def _tagged(word: str, uri: str) -> list[Path]:
    """Return the folders of the runs with a tag; of one that MLflow has not, those beside it."""
    try:
        return _stored(word, uri)
    except OSError:
        if here := marked(word, Path.cwd()):
            return here
        raise


def _stored(word: str, uri: str) -> list[Path]:
    """Return the folders of the runs that MLflow has with a tag."""
    path = database(locate(uri))
    if path and not path.exists():
        raise FileNotFoundError(
            f"{word}: no such folder, and no MLflow store in which it may be the tag of a sweep: "
            f"{path} does not exist. Expected the output folders of runs; or say with --uri or "
            "MLFLOW_TRACKING_URI where the store is"
        )
    try:
        store = _opened(uri)
    except OSError as error:
        raise OSError(f"{word}: no such folder, and {error}") from error
    runs = store.find("sweep", word)
    name, equals, value = word.partition("=")
    if not runs and equals:
        runs = store.find(name, value)
    if not runs:
        raise FileNotFoundError(_unknown(word, store.uri, store.sweep_names()))
    folders = list(_held(runs, store))
    if not folders:
        raise FileNotFoundError(
            f"{word}: {store.uri} knows {len(runs)} runs of it, but their folders are gone, and "
            "it has no trials.jsonl of them"
        )
    return folders


def _held(runs: Sequence["StoredRun"], store: "StoredRuns") -> Iterator[Path]:
    """Yield each run's own folder where that is still its own, else a copy of what is stored."""
    for run in runs:
        place = run.local_folder() or store.fetch(run, _copies())
        if place:
            yield place
        else:
            message = f"{run.name}: {run.folder or 'its folder'} is gone, or another run's by now, "
            message += f"and {store.uri} has no trials.jsonl of it; left out"
            warnings.warn(message, RuntimeWarning, stacklevel=2)


def _unknown(word: str, uri: str, known: Sequence[str]) -> str:
    message = f"{word}: no such folder, and no sweep of that name in {uri}"
    if not known:
        return f"{message}, which knows no sweep at all"
    like = difflib.get_close_matches(word, known, n=1, cutoff=0.4)
    like = like or [each for each in known if word and word in each][:1]
    meant = f"; did you mean {like[0]}?" if like else ";"
    more = f", and {len(known) - NEWEST} older" if len(known) > NEWEST else ""
    return f"{message}{meant} It has, newest first: {', '.join(known[:NEWEST])}{more}"


def _opened(uri: str) -> "StoredRuns":
    prepare()
    from promptlab.tracking.mlflow.sweeps import open_runs  # noqa: PLC0415  MLflow takes two seconds

    return open_runs(uri)


@cache
def _copies() -> Path:
    """Make the folder for copies, which is removed when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="promptlab-report-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
