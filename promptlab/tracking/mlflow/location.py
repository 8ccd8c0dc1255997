"""Where the store of runs is: as given, as the environment says, or in the current folder."""

import hashlib
import os
import tempfile
from pathlib import Path

SQLITE = "sqlite:///"


def locate(uri: str = "") -> str:
    """Return the absolute URI of the store.

    In this order: the one given, `MLFLOW_TRACKING_URI`, `mlflow.db` in the current folder. The
    path of an sqlite file may be relative to that folder.
    """
    uri = uri or os.environ.get("MLFLOW_TRACKING_URI", "") or f"{SQLITE}mlflow.db"
    path = database(uri)
    return f"{SQLITE}{path}" if path else uri


def database(uri: str) -> Path | None:
    """Return the absolute path of an sqlite store's file; None for any other store."""
    if not uri.startswith(SQLITE):
        return None
    return Path.cwd() / uri.removeprefix(SQLITE)


def artifacts(uri: str) -> str | None:
    """Return where the files of runs go: beside an sqlite store; other stores know their own."""
    path = database(uri)
    return _artifacts(path).as_uri() if path else None


def lock_file(uri: str) -> Path:
    """Return the file that processes lock while they set up the store.

    It lies among the files of an sqlite store; for other stores, only the processes of this
    machine share it.
    """
    path = database(uri)
    if path:
        return _artifacts(path) / f".{path.name}.lock"
    name = hashlib.sha256(uri.encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"promptlab-{name}.lock"


def _artifacts(path: Path) -> Path:
    return path.parent / "mlartifacts"
