"""A finished run as a judge reads it: its answers, and who gave them."""

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from promptlab.records.files import TRIALS, Records, read_result, seal_key, section
from promptlab.records.trial_json import read_trial
from promptlab.records.verify import verify_lines
from promptlab.types import Example, Task, Trial

SHOWN = 60
"""Characters of a question that a message has."""


@dataclass(frozen=True)
class JudgedRun:
    """A run.

    Attributes:
        name: The variant's.
        folder: Where it is.
        dataset: What it was asked.
        author: The name of the model that answered.
        task: What was asked of every question.
        trials: By the question's id.
        digest: Names all of its trials.
    """

    name: str
    folder: Path
    dataset: str
    author: str
    task: Task
    trials: Mapping[str, Trial]
    digest: str

    @property
    def gold(self) -> dict[str, float]:
        """The accuracy of each answer whose question has a right one."""
        known = {
            id_: t.scores.get("accuracy") for id_, t in self.trials.items() if t.example.answer
        }
        return {id_: score for id_, score in known.items() if score is not None}


def read_judged(folders: Sequence[Path]) -> list[JudgedRun]:
    """Read runs; two of one name are told apart by their folders.

    Raises:
        ValueError: a run is not finished, or none of its trials can be read.
    """
    runs = [_read(folder) for folder in folders]
    counts = Counter(run.name for run in runs)
    return [
        replace(run, name=f"{run.name} ({run.folder})") if counts[run.name] > 1 else run
        for run in runs
    ]


def check_same_questions(runs: Sequence[JudgedRun]) -> list[str]:
    """Return the ids of the questions that all runs answered, in the order of the first.

    Raises:
        ValueError: an id is another question in another run, or they share none.
    """
    first, *others = runs
    shared = [id_ for id_ in first.trials if all(id_ in run.trials for run in others)]
    for run in others:
        for id_ in shared:
            _check_same(first, run, id_)
    if not shared:
        raise ValueError(
            f"{others[0].name} and {first.name} have no question in common; expected runs of one "
            "data set, as answers to one question are compared"
        )
    total = max(len(run.trials) for run in runs)
    if len(shared) < total:
        warnings.warn(
            f"{len(shared)} of {total} questions were answered by all of these runs; the others "
            "are left out",
            stacklevel=2,
        )
    return shared


def _check_same(first: JudgedRun, run: JudgedRun, id_: str) -> None:
    one, other = first.trials[id_].example, run.trials[id_].example
    if _asked(one) != _asked(other):
        raise ValueError(
            f"question {id_!r} is {other.question.text[:SHOWN]!r} in {run.name} and "
            f"{one.question.text[:SHOWN]!r} in {first.name}; expected runs of the same questions"
        )


def _asked(example: Example) -> tuple[object, ...]:
    question = example.question
    return question.text, question.context, question.choices, example.answer


def _read(folder: Path) -> JudgedRun:
    path = folder / TRIALS
    try:
        result = read_result(folder)
    except FileNotFoundError:
        raise ValueError(
            f"{folder}: not finished, or without its result.json; expected a finished run: its "
            "own command finishes it"
        ) from None
    notes: list[str] = []
    lines = list(verify_lines(path, seal_key(folder, result), partial(read_trial), notes))
    if not Records(folder).matches(result):
        notes.append(Records(folder).mismatch(result))
    for note in notes:
        warnings.warn(note, stacklevel=3)
    if not lines:
        raise ValueError(f"{path}: no trial can be read; expected those of a finished run")
    trials = {line.value.example.id: line.value for line in lines}
    return JudgedRun(
        str(result.get("name") or folder.name),
        folder,
        str(result.get("dataset") or ""),
        str(section(result, "model").get("name") or ""),
        _task(section(result, "config", "dataset", "task"), trials),
        trials,
        sha256(b"".join(line.text for line in lines)).hexdigest(),
    )


def _task(source: Mapping[str, Any], trials: Mapping[str, Trial]) -> Task:
    """Read the task; labels that were taken from the data are the gold answers there are."""
    names = [field.name for field in fields(Task)]
    task = Task(**{name: source[name] for name in names if source.get(name) is not None})
    if task.answer != "label" or task.labels:
        return task
    gold = {trial.example.answer for trial in trials.values()} - {""}
    return replace(task, labels=tuple(sorted(gold)))
