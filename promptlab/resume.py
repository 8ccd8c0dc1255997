"""Resuming: a run that was stopped goes on after the last window that it finished."""

import json
import os
from collections.abc import Sequence

from promptlab.records import Records, read_trials, trial_from_line
from promptlab.types import Dataset, Trial

MARK = "run.json"
"""Beside the trials: the key of the run that writes them."""


def resume(records: Records, key: str, dataset: Dataset, window: int) -> list[Trial]:
    """Return the trials that the same run has already recorded, in whole windows.

    A window that is only half there is cut off, so that it is asked again as it was. What a run
    with another key left in the folder makes way for the new one.

    Args:
        records: Where the run writes.
        key: Names the run by all that decides its trials; an empty one is never resumed.
        dataset: What the run asks.
        window: How many trials are recorded at once.
    """
    mark = records.folder / MARK
    if not key or not mark.exists() or json.loads(mark.read_text("utf-8")).get("key") != key:
        records.begin()
        mark.write_text(json.dumps({"key": key}) + "\n", "utf-8")
        return []
    lines = read_trials(records.folder) if records.trials_path.exists() else []
    whole = len(lines) if len(lines) == len(dataset.test) else len(lines) - len(lines) % window
    _cut(records, whole)
    pool = {example.id: example for example in dataset.pool}
    return [trial_from_line(line, pool) for line in lines[:whole]]


def _cut(records: Records, whole: int) -> None:
    """Keep the first lines of the trials, and nothing after them."""
    if records.trials_path.exists():
        lines: Sequence[bytes] = records.trials_path.read_bytes().splitlines(keepends=True)
        os.truncate(records.trials_path, sum(map(len, lines[:whole])))
