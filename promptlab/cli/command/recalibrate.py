"""Calibrate finished runs by their own questions, and say what that changes; nobody is asked."""

import argparse
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from promptlab.analysis.statistics import mcnemar
from promptlab.extract import right
from promptlab.metric.classes.macro_f1 import macro_f1
from promptlab.metric.summary import pair
from promptlab.records.files import read_result, read_trials
from promptlab.records.runs import find_runs
from promptlab.records.trial_json import trial_from_line
from promptlab.strategy.calibration.recorded import recalibrated
from promptlab.text.escaping import visible
from promptlab.types import Answer, Score, Task, Trial


def recalibrate(arguments: Sequence[str]) -> None:
    """Print accuracy and macro F1 of each run as it is, and after batch calibration.

    Raises:
        ValueError: none of the runs has probabilities; what is said of the first.
    """
    left_out: list[ValueError] = []
    folders = find_runs(_options(arguments).paths)
    for folder in folders:
        try:
            print(visible(f"{folder}: {told(folder)}"))
        except ValueError as error:
            left_out.append(error)
    if len(left_out) == len(folders):
        raise left_out[0]
    for reason in left_out:
        print(visible(f"left out: {reason}"))


def told(folder: Path) -> str:
    """Say what batch calibration makes of a run.

    Raises:
        ValueError: its answers have no probabilities, or its record does not say what was asked.
    """
    every = [trial for trial in map(trial_from_line, read_trials(folder)) if trial.example.answer]
    trials = [trial for trial in every if trial.answer.outcome != "abstained"]
    withheld = len(every) - len(trials)
    if not any(_scored(trial) for trial in trials):
        raise ValueError(
            f"{folder}: no question with a right answer has the probabilities of its answers; "
            "expected a finished run of strategy=choose"
        )
    task = _task(folder, trials)
    before = [trial.answer for trial in trials]
    after = recalibrated(before)
    was, now = (_right(answers, trials, task) for answers in (before, after))
    changed = sum(old.text != new.text for old, new in zip(before, after, strict=True))
    better, worse = (
        sum(a > b for a, b in zip(*both, strict=True)) for both in ((now, was), (was, now))
    )
    f1 = [_macro_f1(answers, trials, task) for answers in (before, after)]
    return (
        f"accuracy {fmean(was):.3f} → {fmean(now):.3f}, macro-F1 {f1[0]:.3f} → {f1[1]:.3f} "
        f"({changed} of {len(trials)} answers changed: {better} for the better, {worse} for the "
        f"worse, p = {mcnemar(better, worse).pvalue:.2g})"
        + f"; {withheld} that were withheld are left out"
        * (withheld > 0)
    )


def _right(answers: Sequence[Answer], trials: Sequence[Trial], task: Task) -> list[int]:
    pairs = zip(answers, trials, strict=True)
    return [int(right(answer, trial.example, task)) for answer, trial in pairs]


def _macro_f1(answers: Sequence[Answer], trials: Sequence[Trial], task: Task) -> float:
    pairs = zip(answers, trials, strict=True)
    return macro_f1(pair(replace(trial, answer=answer), task) for answer, trial in pairs)


def _scored(trial: Trial) -> bool:
    asked = (exchange.request for exchange in trial.exchanges if exchange.stage == "strategy")
    return bool(trial.answer.votes) and any(isinstance(request, Score) for request in asked)


def _task(folder: Path, trials: Sequence[Trial]) -> Task:
    """Read the task; labels that were taken from the data are those that had probabilities."""
    try:
        source: dict[str, Any] = read_result(folder)["config"]["dataset"]["task"]
    except (KeyError, TypeError):
        raise ValueError(
            f"{folder}: its config has no dataset.task; a run that was made in Python is read "
            "where it is given config=, as the command line gives it"
        ) from None
    names = [field.name for field in fields(Task)]
    task = Task(**{name: source[name] for name in names if name in source})
    if task.answer != "label" or task.labels:
        return task
    labels = dict.fromkeys(text for trial in trials for text, _ in trial.answer.votes)
    return replace(task, labels=tuple(labels))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("promptlab recalibrate", description=__doc__)
    parser.add_argument(
        "paths", nargs="+", metavar="FOLDER", help="folders of runs, or of many (outputs)"
    )
    return parser.parse_args(arguments)
