"""Provenance: the versions a result was made with, read without importing any of them."""

import platform
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from promptlab.types import Example, digest

PACKAGES = (
    "promptlab",
    "torch",
    "transformers",
    "sentence-transformers",
    "faiss-cpu",
    "rank-bm25",
    "scikit-learn",
    "numpy",
    "mlflow",
    "hydra-core",
)

IGNORED = ("tracking", "sweep", "hydra", "cache")
"""Sections of a config that say where a run is shown or stored, not what it measures."""
PRICED = ("model", "judge", "writer", "translator")
"""Sections whose `price` says what their tokens cost; no trial depends on it."""


def versions() -> dict[str, str]:
    """Return the versions of Python, of the packages that make results, and of the working tree.

    `git` is the commit of the current folder, with `-dirty` where files differ from it; it is
    absent where the folder is in no repository.
    """
    commit = git_commit()
    return _package_versions() | ({"git": commit} if commit else {})


@cache
def _package_versions() -> dict[str, str]:
    packages = {"python": platform.python_version(), "platform": platform.platform()}
    for package in PACKAGES:
        try:
            packages[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return packages


def git_commit(folder: Path | str = ".") -> str:
    """Return the commit of a folder's working tree; empty where there is none."""
    git = shutil.which("git")
    if git is None:
        return ""
    command = [git, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        process = subprocess.run(  # noqa: S603  a fixed command
            command, cwd=folder, capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return process.stdout.strip() if process.returncode == 0 else ""


def config_hash(config: Mapping[str, Any]) -> str:
    """Digest a resolved config to sixteen hexadecimal digits.

    The order of keys does not count, nor does what decides no trial.
    """
    return digest(as_json(deciding(config)))[:16]


def deciding(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a config decides its trials: all but the sections in `IGNORED`, and prices."""
    return {
        key: _without_price(value) if key in PRICED else value
        for key, value in config.items()
        if key not in IGNORED
    }


def _without_price(value: Any) -> Any:
    """Leave out of a model, and of those inside it, what its tokens cost."""
    if not isinstance(value, Mapping):
        return value
    return {key: _without_price(item) for key, item in value.items() if key != "price"}


def examples_digest(examples: Iterable[Example]) -> str:
    """Digest examples, in this order, to sixteen hexadecimal digits."""
    return digest(
        [
            [
                example.id,
                example.question.text,
                list(example.question.choices),
                example.question.context,
                example.answer,
                example.rationale,
                list(example.aliases),
            ]
            for example in examples
        ]
    )[:16]


def as_json(value: Any) -> Any:
    """Convert mappings to dicts, sequences to lists, and what JSON lacks to text."""
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(item) for item in value]
    return value if value is None or isinstance(value, (str, int, float)) else str(value)
