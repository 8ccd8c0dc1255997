"""Resuming: a run that was stopped goes on after the last batch that it finished.

What is damaged in its records is asked anew, by whole batches, so that a batch is always asked as
it was; what is whole is kept, and not paid for twice.
"""

import warnings
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from promptlab.records.checked import checked
from promptlab.records.files import DAMAGED, Records, read_mark, read_result, sealed_by
from promptlab.records.trial_json import whole_trial
from promptlab.types import Dataset, Example, Trial

SHOWN = 4
"""Most faults that are told one by one."""


def resume(
    records: Records,
    key: str,
    dataset: Dataset,
    batch: int,
    about: Mapping[str, Any] = MappingProxyType({}),
) -> list[Trial]:
    """Return the trials that the same run has already recorded, in whole batches.

    A batch that is only half there is cut off, so that it is asked again as it was. What a run
    with another key left in the folder makes way for the new one. Damage is told and mended; a
    result that is not of the trials that are there is put aside.

    Args:
        records: Where the run writes.
        key: Names the run by all that decides its trials; an empty one is never resumed.
        dataset: What the run asks.
        batch: How many trials are recorded at once.
        about: What else there is to know of the run before it has a result: `name`, `config`.
    """
    if not key or read_mark(records.folder).get("key") != key:
        records.begin(key, about)
        return []
    records.cut_half_line()
    doubts = _doubts(records)
    faults: list[str] = []
    found = _found(records.trials_path, sealed_by(records.folder), dataset, faults)
    kept = [found[place] for place in range(1, _leading(found, len(dataset.test), batch) + 1)]
    if faults:
        records.rewrite([line for line, _ in kept])
    elif len(kept) < len(found):
        records.cut(sum(len(line) for line, _ in kept))
    if doubts or faults:
        records.put_result_aside()
        _warn(records.folder, [*faults, *doubts])
    return [trial for _, trial in kept]


def spared(folder: Path, dataset: Dataset, batch: int) -> dict[int, list[Trial]]:
    """Return the batches that a mended file still had behind its damage, by where they begin."""
    if not (folder / DAMAGED).exists():
        return {}
    found = _found(folder / DAMAGED, sealed_by(folder), dataset, [])
    batches = {}
    for start in range(0, len(dataset.test), batch):
        places = range(start + 1, min(start + batch, len(dataset.test)) + 1)
        if all(place in found for place in places):
            batches[start] = [found[place][1] for place in places]
    return batches


def _doubts(records: Records) -> list[str]:
    """Say why a result that is there is not believed."""
    if not records.result_path.exists():
        return []
    try:
        result = read_result(records.folder)
    except ValueError as error:
        return [str(error)]
    return [] if records.believed(result) else [records.disbelief(result)]


def _found(
    path: Path, run: str | None, dataset: Dataset, faults: list[str]
) -> dict[int, tuple[bytes, Trial]]:
    """Read the whole trials of a file by their places; note what is wrong with the others."""
    pool = {example.id: example for example in dataset.pool}
    places = {example.id: place for place, example in enumerate(dataset.test, start=1)}
    found: dict[int, tuple[bytes, Trial]] = {}
    read = partial(whole_trial, examples=pool)
    for line in checked(path, run, read, faults) if path.exists() else ():
        try:
            place = _place(line.value.example, line.place, places, dataset.test)
            if place in found:
                raise ValueError(f"trial {place} once more")
        except ValueError as error:
            faults.append(f"{path}, line {line.number}: {error}, left out")
            continue
        found[place] = line.text, line.value
    if not faults and list(found) != list(range(1, len(found) + 1)):
        faults.append(f"{path}: trials are missing, or out of their order")
    return found


def _place(example: Example, told: int, places: Mapping[str, int], test: Sequence[Example]) -> int:
    """Return the place of a trial's example in the test, where it is told or by its id.

    Raises:
        ValueError: it is not in the test.
    """
    for place in (told, places.get(example.id, 0)):
        if 1 <= place <= len(test) and test[place - 1] == example:
            return place
    raise ValueError(f"trial {example.id}, which is not asked in this run")


def _leading(found: Mapping[int, object], total: int, batch: int) -> int:
    """Count the trials that are there before any is missing, in whole batches."""
    count = next(number for number in range(total + 1) if number + 1 not in found)
    return count if count == total else count - count % batch


def _warn(folder: Path, told: Sequence[str]) -> None:
    more = f" (and {len(told) - SHOWN} more)" if len(told) > SHOWN else ""
    warnings.warn(
        f"{'; '.join(told[:SHOWN])}{more}. What is whole in {folder} is kept, and the rest is "
        "asked anew",
        stacklevel=3,
    )
