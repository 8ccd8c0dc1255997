"""Resuming: a run that was stopped goes on after the last window that it finished."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from promptlab.lines import trial_from_line
from promptlab.program import interposed
from promptlab.protocols import Program
from promptlab.records import Records, plain, read_fit, read_trials
from promptlab.types import Dataset, Exchange, Reply, Request, Trial

T = TypeVar("T")

MARK = "run.json"
"""Beside the trials: the key of the run that writes them, its name and its config."""


def resume(
    records: Records,
    key: str,
    dataset: Dataset,
    window: int,
    about: Mapping[str, Any] = MappingProxyType({}),
) -> list[Trial]:
    """Return the trials that the same run has already recorded, in whole windows.

    A window that is only half there is cut off, so that it is asked again as it was. What a run
    with another key left in the folder makes way for the new one.

    Args:
        records: Where the run writes.
        key: Names the run by all that decides its trials; an empty one is never resumed.
        dataset: What the run asks.
        window: How many trials are recorded at once.
        about: What else there is to know of the run before it has a result: `name`, `config`.
    """
    mark = records.folder / MARK
    if not key or read_mark(records.folder).get("key") != key:
        records.begin()
        told = {"key": key, **plain(about)}
        mark.write_text(json.dumps(told, ensure_ascii=False) + "\n", "utf-8", "backslashreplace")
        return []
    lines = read_trials(records.folder) if records.trials_path.exists() else []
    whole = len(lines) if len(lines) == len(dataset.test) else len(lines) - len(lines) % window
    _cut(records, whole)
    pool = {example.id: example for example in dataset.pool}
    return [trial_from_line(line, pool) for line in lines[:whole]]


def fitting(program: Program[T], records: Records) -> Program[T]:
    """Run what a selection asks while it fits: each batch is recorded, and none is asked again."""
    known = {each.request: each.reply for each in read_fit(records.folder)}

    def each(requests: Sequence[Request]) -> Program[Sequence[Reply]]:
        new = [request for request in dict.fromkeys(requests) if request not in known]
        if new:
            replies = yield new
            exchanges = [Exchange(*pair, "fit") for pair in zip(new, replies, strict=True)]
            records.append_fit(exchanges)
            known.update(zip(new, replies, strict=True))
        return [known[request] for request in requests]

    return interposed(program, each)


def read_mark(folder: Path) -> dict[str, Any]:
    """Return what is known of a run before it has a result; nothing where nothing can be read."""
    try:
        told = json.loads((folder / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _cut(records: Records, whole: int) -> None:
    """Keep the first lines of the trials, and nothing after them."""
    if records.trials_path.exists():
        lines: Sequence[bytes] = records.trials_path.read_bytes().splitlines(keepends=True)
        os.truncate(records.trials_path, sum(map(len, lines[:whole])))
