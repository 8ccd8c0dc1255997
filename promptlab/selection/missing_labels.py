"""Labels of which the pool has no example: no selection can show one, and this is told."""

import warnings
from collections.abc import Sequence
from itertools import islice

from promptlab.extract import key
from promptlab.protocols import Selection
from promptlab.selection.narrowed import wanted
from promptlab.text.escaping import in_line
from promptlab.types import Dataset, Example

SHOWN = 12
"""How many labels a message names."""


def missing_labels(dataset: Dataset) -> dict[str, int]:
    """Count the questions of each label that no member of the pool has, in the task's order.

    The labels are the task's; those of a `yes_no` task are what the questions' answers are.
    """
    task = dataset.task
    if task.answer not in ("label", "yes_no"):
        return {}
    there = {key(example.answer, task) for example in dataset.pool}
    answers = [example.answer for example in dataset.test if example.answer]
    labels = {key(label, task): label for label in task.labels or sorted(set(answers))}
    asked = [key(answer, task) for answer in answers]
    return {label: asked.count(each) for each, label in labels.items() if each not in there}


def warn_of_missing_labels(dataset: Dataset, selection: Selection) -> None:
    """Warn of them where demonstrations are wanted, and the pool is labelled at all."""
    missing = missing_labels(dataset) if wanted(selection) and _is_labelled(dataset.pool) else {}
    if missing:
        names = ", ".join(map(in_line, islice(missing, SHOWN)))
        warnings.warn(
            f"the pool has no example of {len(missing)} {_labels(len(missing))} "
            f"({names}{', …' * (len(missing) > SHOWN)}): {sum(missing.values())} of the "
            f"{len(dataset.test)} questions are answered without an example of the right one. "
            "Add examples to the pool, or raise dataset.pool_limit if it is set",
            stacklevel=2,
        )


def _labels(count: int) -> str:
    return "label" if count == 1 else "labels"


def _is_labelled(pool: Sequence[Example]) -> bool:
    return any(example.answer for example in pool)
