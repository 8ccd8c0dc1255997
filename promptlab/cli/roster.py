"""The roster of a sweep: which folders its variants are in, whichever process runs them.

Each variant notes its own folder in a file of its own, so that processes on several machines, with
nothing in common but a disk, are never in each other's way.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from promptlab.types import digest


def clear(outputs: Path, sweep: str) -> None:
    """Forget who took part when the sweep was run before."""
    shutil.rmtree(_roster(outputs, sweep), ignore_errors=True)


def enter(outputs: Path, sweep: str, number: int, entry: Mapping[str, Any]) -> None:
    """Add a variant, with its description."""
    roster = _roster(outputs, sweep)
    roster.mkdir(parents=True, exist_ok=True)
    text = json.dumps(entry, ensure_ascii=False)
    (roster / f"{number:06}.json").write_text(f"{text}\n", "utf-8", "backslashreplace")


def entries(outputs: Path, sweep: str) -> list[dict[str, Any]]:
    """Return the description of each variant, in their order."""
    paths = sorted(_roster(outputs, sweep).glob("*.json"))
    return [json.loads(path.read_text("utf-8")) for path in paths]


def _roster(outputs: Path, sweep: str) -> Path:
    return outputs / f".roster-{digest(sweep)[:12]}"
