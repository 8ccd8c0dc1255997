"""What people say of answers: a file of labels, against which a judge is measured.

JSON Lines or CSV. Each record has the `id` of a question and a `label`: right or wrong, or a grade
on the judge's scale; the `run` (its name, or its folder) where several are judged; and the `rater`
where several people looked at the same.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from promptlab.data.csv import Csv
from promptlab.data.csv import rows as csv_rows
from promptlab.data.fields import Fields
from promptlab.data.jsonl import rows as json_rows
from promptlab.data.record.value import is_empty, text
from promptlab.judge.judged_run import JudgedRun

RIGHT = ("right", "correct", "yes", "true", "good", "对", "正确", "是")
WRONG = ("wrong", "incorrect", "no", "false", "bad", "错", "错误", "否")
Answered = tuple[str, str]
"""A run's name, and a question's id."""


@dataclass(frozen=True)
class Labels:
    """Labels of answers.

    Attributes:
        values: From 0 to 1, of each answer by each rater.
        graded: Whether they are grades of a scale; else right or wrong.
        people: Whether people gave them; else they are the accuracy by the gold answers.
    """

    values: Mapping[Answered, Mapping[str, float]]
    graded: bool = False
    people: bool = True

    def mean(self, answer: Answered) -> float | None:
        """What the raters of an answer come to; None where there is none."""
        given = self.values.get(answer)
        return fmean(given.values()) if given else None


def gold_labels(runs: Sequence[JudgedRun]) -> Labels:
    """Take the accuracy of each answer for its label."""
    values = {(run.name, id_): {"gold": score} for run in runs for id_, score in run.gold.items()}
    return Labels(values, people=False)


def read_labels(path: Path, runs: Sequence[JudgedRun], ends: tuple[int, int]) -> Labels:
    """Read labels.

    Args:
        path: The file.
        runs: What is judged.
        ends: The lowest and the highest grade.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a record is no label, or none is of an answer that is judged.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file; expected labels, as .jsonl or .csv")
    values: dict[Answered, dict[str, float]] = {}
    words = 0
    table = Csv(str(path), fields=Fields(question="{id}"))
    rows = list(csv_rows(path, table) if path.suffix == ".csv" else json_rows(path))
    for row in rows:
        where = f"{path}, {row.place}"
        if row.problem:
            raise ValueError(f"{where}: {row.problem}")
        answer = _answer(row.values, runs, where)
        label, is_word = _value(row.values, ends, where)
        words += is_word
        rater = text(row.values.get("rater") or "people", "rater")
        if values.setdefault(answer, {}).setdefault(rater, label) != label:
            raise ValueError(
                f"{where}: {rater} says otherwise of {answer[1]!r} before; expected one"
            )
    _check(path, values, words, len(rows), runs)
    return Labels(values, graded=words == 0)


def _answer(record: Mapping[str, Any], runs: Sequence[JudgedRun], where: str) -> Answered:
    if is_empty(record.get("id")):
        raise ValueError(f"{where}: no id; expected the id of a question, and a label")
    named = record.get("run")
    if is_empty(named) and len(runs) > 1:
        raise ValueError(f"{where}: no run, and {len(runs)} are judged; expected the run's name")
    told = runs[0].name if is_empty(named) else text(named, "run")
    found = [run.name for run in runs if told in (run.name, str(run.folder), run.folder.name)]
    if not found:
        known = ", ".join(run.name for run in runs)
        raise ValueError(f"{where}: run {told!r}; expected one of {known}")
    return found[0], text(record["id"], "id")


def _value(record: Mapping[str, Any], ends: tuple[int, int], where: str) -> tuple[float, bool]:
    """Return a label from 0 to 1, and whether it is a word."""
    said = "" if is_empty(record.get("label")) else text(record["label"], "label").strip().lower()
    if said in (*RIGHT, *WRONG):
        return float(said in RIGHT), True
    worst, best = ends
    try:
        share = (float(said) - worst) / (best - worst)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise ValueError(
            f"{where}: label {said!r}; expected right or wrong, or a grade from {worst} to {best}"
        )
    return share, False


def _check(
    path: Path, values: Mapping[Answered, object], words: int, rows: int, runs: Sequence[JudgedRun]
) -> None:
    if 0 < words < rows:
        raise ValueError(
            f"{path}: {words} labels are right or wrong and {rows - words} are grades; expected "
            "one kind"
        )
    answers = {(run.name, id_) for run in runs for id_ in run.trials}
    unknown = [answer for answer in values if answer not in answers]
    if len(unknown) == len(values):
        raise ValueError(f"{path}: no label is of an answer that is judged; expected their ids")
    if unknown:
        warnings.warn(
            f"{path}: {len(unknown)} of the labels are of answers that are not judged, such as "
            f"{unknown[0][1]!r}, and are left out",
            stacklevel=2,
        )
