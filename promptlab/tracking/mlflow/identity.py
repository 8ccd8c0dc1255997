"""Who a run is: the tags by which it is found again, and by which nothing is written twice."""

import getpass
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from promptlab.records.files import TRIALS, read_result
from promptlab.records.provenance import config_hash
from promptlab.tracking.mlflow.params import word
from promptlab.types import digest

CONTENT = "records"
"""The tag that a run has when all that its folder holds is in it: a digest of that."""

INCOMPLETE = "incomplete"
"""The tag that a run has when something could not be written."""


def tags(name: str, config: Mapping[str, Any], folder: Path, commit: str) -> dict[str, str]:
    """Tag a run of a variant.

    Args:
        name: The variant.
        config: What it was made from.
        folder: Where its records are.
        commit: Of the working tree that it was made with; empty where it is not known.
    """
    told = {
        "variant": name,
        "kind": "variant",
        "config_hash": config_hash(config),
        "folder": str(Path(folder).resolve()),
        "mlflow.source.name": "promptlab",
        "mlflow.source.type": "LOCAL",
    }
    if commit:
        short = commit[:12] + "-dirty" * commit.endswith("-dirty")
        told |= {"git": short, "mlflow.source.git.commit": commit.removesuffix("-dirty")}
    with suppress(Exception):  # a container's user may have no name
        told["mlflow.user"] = getpass.getuser()
    model = config.get("model")
    if isinstance(model, Mapping):
        told["model"] = str(model.get("name") or word(str(model.get("_target_", "model"))))
    return told


def content(folder: Path, name: str, config: Mapping[str, Any]) -> str:
    """Digest what a run's records say, whichever store they were written to before."""
    trials = folder / TRIALS
    whole = sha256(trials.read_bytes() if trials.exists() else b"").hexdigest()
    said = {key: value for key, value in _result(folder).items() if key != "mlflow_run_id"}
    return digest([name, config_hash(config), whole, digest(said)])[:32]


def _result(folder: Path) -> dict[str, Any]:
    """Read the result; empty where there is none, or none that can be read."""
    with suppress(FileNotFoundError, ValueError):
        return read_result(folder)
    return {}
