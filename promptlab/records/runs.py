"""Where the runs are: the folders that hold trials, however deep."""

from collections.abc import Iterable
from pathlib import Path

from promptlab.records.files import TRIALS


def find_runs(paths: Iterable[Path | str]) -> list[Path]:
    """Find the folders of runs: the given ones that hold trials, and any below them.

    Raises:
        FileNotFoundError: there is no such path, or no run in it.
    """
    folders: dict[Path, None] = {}
    for path in map(Path, paths):
        if not path.exists():
            raise FileNotFoundError(f"{path}: no such folder; expected the output folder of a run")
        start = path if path.is_dir() else path.parent
        runs = sorted(
            trials.parent for trials in start.rglob(TRIALS) if not _is_copy(trials, start)
        )
        if not runs:
            raise FileNotFoundError(f"{path}: no {TRIALS} in it or below; expected runs' folders")
        folders |= dict.fromkeys(runs)
    return list(folders)


def _is_copy(trials: Path, below: Path) -> bool:
    """Return whether these trials are a copy that MLflow keeps below a folder."""
    return not {"mlruns", "mlartifacts"}.isdisjoint(trials.relative_to(below).parts)
