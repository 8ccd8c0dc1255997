"""Resuming: a run that was stopped continues after the last batch that it finished.

Damaged trials are asked again, by whole batches, so that a batch always has the same questions;
intact ones are kept, and not paid for twice.
"""

import warnings
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from promptlab.records.files import DAMAGED, Records, read_mark, read_result, seal_key
from promptlab.records.timings import with_timings
from promptlab.records.trial_json import read_trial
from promptlab.records.verify import verify_lines
from promptlab.types import Dataset, Example, Trial

SHOWN = 4
"""Most faults listed one by one."""


def resume(
    records: Records,
    key: str,
    dataset: Dataset,
    batch: int,
    about: Mapping[str, Any] = MappingProxyType({}),
) -> list[Trial]:
    """Return the trials that the same run has already recorded, in whole batches.

    An incomplete batch is cut off, to be asked again whole. The files of a run with another key are
    renamed to make room. Damage is repaired with a warning; a result that does not match the trials
    is set aside.

    Args:
        records: Where the run writes.
        key: Names the run by all that decides its trials; an empty one is never resumed.
        dataset: What the run asks.
        batch: How many trials are recorded at once.
        about: What else is known of the run before it has a result: `name`, `config`.
    """
    if not key or read_mark(records.folder).get("key") != key:
        records.begin(key, about)
        return []
    records.cut_half_line()
    doubts = _check_result(records)
    faults: list[str] = []
    trials = _read_trials(records.trials_path, seal_key(records.folder), dataset, faults)
    count = _count_leading(trials, len(dataset.test), batch)
    leading = [trials[position] for position in range(1, count + 1)]
    if faults:
        records.rewrite([line for line, _ in leading])
    elif len(leading) < len(trials):
        records.cut(sum(len(line) for line, _ in leading))
    if doubts or faults:
        records.set_aside_result()
        _warn(records.folder, [*faults, *doubts])
    return with_timings([trial for _, trial in leading], records.folder)


def salvage(folder: Path, dataset: Dataset, batch: int) -> dict[int, list[Trial]]:
    """Return the complete batches behind the damage of a repaired file, by their start."""
    if not (folder / DAMAGED).exists():
        return {}
    trials = _read_trials(folder / DAMAGED, seal_key(folder), dataset, [])
    batches = {}
    for start in range(0, len(dataset.test), batch):
        positions = range(start + 1, min(start + batch, len(dataset.test)) + 1)
        if all(position in trials for position in positions):
            batches[start] = [trials[position][1] for position in positions]
    return batches


def _check_result(records: Records) -> list[str]:
    """Say why a recorded result does not count."""
    if not records.result_path.exists():
        return []
    try:
        result = read_result(records.folder)
    except ValueError as error:
        return [str(error)]
    return [] if records.matches(result) else [records.mismatch(result)]


def _read_trials(
    path: Path, run: str | None, dataset: Dataset, faults: list[str]
) -> dict[int, tuple[bytes, Trial]]:
    """Read the valid trials of a file by position; note what is wrong with the others."""
    pool = {example.id: example for example in dataset.pool}
    positions = {example.id: position for position, example in enumerate(dataset.test, start=1)}
    trials: dict[int, tuple[bytes, Trial]] = {}
    read = partial(read_trial, examples=pool)
    for line in verify_lines(path, run, read, faults) if path.exists() else ():
        try:
            position = _position(line.value.example, line.position, positions, dataset.test)
            if position in trials:
                raise ValueError(f"trial {position} once more")
        except ValueError as error:
            faults.append(f"{path}, line {line.number}: {error}, left out")
            continue
        trials[position] = line.text, line.value
    if not faults and list(trials) != list(range(1, len(trials) + 1)):
        faults.append(f"{path}: trials are missing, or out of their order")
    return trials


def _position(
    example: Example, sealed: int, positions: Mapping[str, int], test: Sequence[Example]
) -> int:
    """Return the position of a trial's example in the test: the sealed one, or by its id.

    Raises:
        ValueError: it is not in the test.
    """
    for position in (sealed, positions.get(example.id, 0)):
        if 1 <= position <= len(test) and test[position - 1] == example:
            return position
    raise ValueError(f"trial {example.id}, which is not asked in this run")


def _count_leading(trials: Mapping[int, object], total: int, batch: int) -> int:
    """Count the trials before the first missing one, in whole batches."""
    count = next(number for number in range(total + 1) if number + 1 not in trials)
    return count if count == total else count - count % batch


def _warn(folder: Path, faults: Sequence[str]) -> None:
    more = f" (and {len(faults) - SHOWN} more)" if len(faults) > SHOWN else ""
    warnings.warn(
        f"{'; '.join(faults[:SHOWN])}{more}. What is whole in {folder} is kept, and the rest is "
        "asked again",
        stacklevel=3,
    )
