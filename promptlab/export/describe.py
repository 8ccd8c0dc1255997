"""What is known of a finished run, as `winner.json` says it: its stages, and what was measured."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from promptlab.export.component import TARGET
from promptlab.records.files import RESULT, Records, read_result
from promptlab.types import Task

FORMAT = 1
"""Raised whenever an older promptlab could not read what is written."""
STAGES = ("retrieval", "selection", "ordering", "strategy", "tool")
BEFORE: Mapping[str, Any] = {
    "tool": {},
    "retrieval": {"_target_": "promptlab.retrieval.none.NoRetrieval"},
}
"""What older records and winners do not name, as it was."""
MEASURED = ("metrics", "costs", "trials", "data", "config_hash", "seed", "versions")
CACHED = "promptlab.encoder.cache.Cached"


def describe(folder: Path) -> dict[str, Any]:
    """Describe the finished run of a folder.

    Raises:
        FileNotFoundError: it has not finished.
        ValueError: its result is not that of its trials, or says nothing of its stages.
    """
    if not (folder / RESULT).is_file():
        raise FileNotFoundError(
            f"{folder}: no {RESULT}, so no run has finished here; run its command again, and it "
            "goes on where it was"
        )
    result, records = read_result(folder), Records(folder)
    if not records.matches(result):
        raise ValueError(
            f"{records.mismatch(result)}; the command that made it mends it: run it again"
        )
    config = result.get("config") or {}
    config = {**BEFORE, **config}
    if missing := [stage for stage in (*STAGES, "dataset") if stage not in config]:
        raise ValueError(
            f"{folder / RESULT}: its config has no {', '.join(missing)}; a run that was made in "
            "Python is exported where it is given config=, as the command line gives it"
        )
    return {
        "format": FORMAT,
        "name": result.get("name", ""),
        "run": folder.absolute().name,
        "task": task_of(config["dataset"]["task"]),
        "stages": {stage: portable(config[stage]) for stage in STAGES}
        | {"overflow": config.get("overflow", "least_similar")},
        "dataset": {
            "name": result.get("dataset", ""),
            "source": config["dataset"],
            "leakage": config.get("leakage", "warn"),
            "leakage_threshold": config.get("leakage_threshold"),
        },
        "model": {"identity": result.get("model", {}), "source": config.get("model")},
        **{key: result[key] for key in MEASURED if key in result},
        "files": {},
    }


def portable(node: Any) -> Any:
    """Leave out of a component tree what holds only where the run was made: a cache's folder."""
    if isinstance(node, list):
        return [portable(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    if node.get(TARGET) == CACHED:
        return portable(node["inner"])
    return {key: portable(item) for key, item in node.items()}


def task_of(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return a data set's task, without what says only how its gold answers are read."""
    names = [field.name for field in fields(Task)]
    return {TARGET: "promptlab.types.Task"} | {key: source[key] for key in names if key in source}
