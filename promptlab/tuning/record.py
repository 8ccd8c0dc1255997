"""What is written: PEFT's two files, and beside them from what they came and what that cost."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

from promptlab.machine.quiet import quiet_transformers
from promptlab.model.adapter import CONFIG, TUNING, WEIGHTS, of_adapter
from promptlab.records.provenance import versions

FORMAT = 1
"""Of `tuning.json`."""

READABLE = 0o644
"""Folders and files of `tempfile` are their owner's alone; a model is read by others, too."""


def earlier(out: Path, key: str) -> dict[str, Any] | None:
    """Return the record of the same training, if `out` holds what came of it.

    Args:
        out: Where the adapter is to be.
        key: Names all that decides it.

    Raises:
        FileExistsError: it holds something else.
    """
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return None
    record = _read(out / TUNING) if out.is_dir() else {}
    if record.get("key") != key:
        what = "an adapter that was trained otherwise" if record else "something else"
        raise FileExistsError(
            f"out={out} holds {what}, and nothing is written over it; expected another name, or "
            "an empty folder"
        )
    if record.get("ended") == "interrupted":
        return None
    names = {path.name for path in out.iterdir()}
    return record if {CONFIG, WEIGHTS[0]} <= names else None


def write(out: Path, adapter: Any, record: Mapping[str, Any], base: str) -> dict[str, Any]:
    """Write an adapter and its record; return the record with the adapter's digest.

    Both are written beside the final place and moved there whole.

    Args:
        out: The folder; one that is there holds the same training, or nothing.
        adapter: PEFT's model.
        record: What `tuning.json` holds.
        base: What the model that it was trained on is called.

    Raises:
        FileExistsError: the folder holds something else by now; says where the adapter is.
    """
    out = out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        told = _written(work, adapter, record, base)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    _publish(work, out, str(record["key"]))
    return told


def _written(folder: Path, adapter: Any, record: Mapping[str, Any], base: str) -> dict[str, Any]:
    with quiet_transformers():
        adapter.save_pretrained(str(folder), save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)  # a card of blanks to be filled in
    _settle(folder / CONFIG, base)
    told = {"format": FORMAT, **record, "adapter": of_adapter(folder)}
    text = json.dumps(told, ensure_ascii=False, indent=2)
    (folder / TUNING).write_text(text + "\n", "utf-8")
    for path in folder.iterdir():
        path.chmod(READABLE)
    folder.chmod(READABLE | 0o111)
    return told


def _publish(work: Path, out: Path, key: str) -> None:
    """Move a folder to its place, where the same training may have been interrupted."""
    if _read(out / TUNING).get("key") == key:
        shutil.rmtree(out)
    with suppress(OSError):  # it is not there, or not empty
        out.rmdir()
    try:
        work.rename(out)
    except OSError as error:
        raise FileExistsError(
            f"out={out} holds something else by now, which is left as it is; the adapter is in "
            f"{work}"
        ) from error


def _settle(path: Path, base: str) -> None:
    """Write PEFT's settings in one order, and the model by its name: it may lie elsewhere."""
    config = json.loads(path.read_text("utf-8"))
    config["base_model_name_or_path"] = base
    settled = {
        name: sorted(value) if isinstance(value, list) else value for name, value in config.items()
    }
    path.write_text(json.dumps(settled, indent=2, sort_keys=True) + "\n", "utf-8")


def made_with() -> dict[str, str]:
    """Return the versions that a training depends on."""
    return versions() | {"peft": metadata.version("peft")}


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
