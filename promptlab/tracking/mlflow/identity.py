"""A run's identity: the tags that find it again, so that nothing is written twice."""

import getpass
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from promptlab.records.files import TRIALS, read_result
from promptlab.records.provenance import config_hash
from promptlab.tracking.mlflow.page.params import component_name
from promptlab.types import digest

CONTENT = "records"
"""The tag of a run that holds everything in its folder: a digest of that content."""

INCOMPLETE = "incomplete"
"""The tag of a run of which something could not be written."""


def run_tags(name: str, config: Mapping[str, Any], folder: Path, commit: str) -> dict[str, str]:
    """Tag a run of a variant.

    Args:
        name: The variant.
        config: What it was made from.
        folder: Where its records are.
        commit: Of the working tree that it was made with; empty where it is not known.
    """
    tags = {
        "variant": name,
        "kind": "variant",
        "config_hash": config_hash(config),
        "folder": str(Path(folder).resolve()),
        "mlflow.source.name": "promptlab",
        "mlflow.source.type": "LOCAL",
    }
    if commit:
        short = commit[:12] + "-dirty" * commit.endswith("-dirty")
        tags |= {"git": short, "mlflow.source.git.commit": commit.removesuffix("-dirty")}
    with suppress(Exception):  # a container's user may have no name
        tags["mlflow.user"] = getpass.getuser()
    model = config.get("model")
    if isinstance(model, Mapping):
        tags["model"] = str(
            model.get("name") or component_name(str(model.get("_target_", "model")))
        )
    return tags


def content_digest(folder: Path, name: str, config: Mapping[str, Any]) -> str:
    """Digest a run's records, whichever store they were written to before."""
    trials = folder / TRIALS
    trials_digest = sha256(trials.read_bytes() if trials.exists() else b"").hexdigest()
    fields = {key: value for key, value in _result(folder).items() if key != "mlflow_run_id"}
    return digest([name, config_hash(config), trials_digest, digest(fields)])[:32]


def _result(folder: Path) -> dict[str, Any]:
    """Read the result; empty where it is missing or unreadable."""
    with suppress(FileNotFoundError, ValueError):
        return read_result(folder)
    return {}
