"""MLflow's SQLite files come ready: its migrations take seconds, and always end in the same tables.

The first file of a process is made by MLflow, and every other is a copy of it.
"""

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any


def serve_copies(kept: Path) -> None:
    """Let MLflow, once it is loaded, fill new files of this process from what is kept."""
    module: Any = sys.modules.get("mlflow.store.db.utils")
    if module is not None and module._initialize_tables.__module__ != __name__:
        module._initialize_tables = copying(module._initialize_tables, kept)


def copying(make: Callable[[Any], None], kept: Path) -> Callable[[Any], None]:
    """Return what fills a file as `make` does."""

    def fill(engine: Any) -> None:
        path = engine.url.database
        if engine.dialect.name != "sqlite" or not path or path == ":memory:":
            make(engine)
        elif kept.exists():
            _copy(kept, path)
        else:
            make(engine)
            _copy(path, kept)

    return fill


def _copy(source: str | Path, target: str | Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)
