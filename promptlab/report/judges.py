"""What judges are worth: those of `promptlab judge`, and those that graded in a run."""

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from promptlab.judge.judged_run import JudgedRun, read_judged
from promptlab.judge.judgement import Judgement
from promptlab.judge.labels import gold_labels
from promptlab.judge.said import counted, find_outcomes, measured, said_of, verdict
from promptlab.judge.truth import known
from promptlab.metric.judge import Judge
from promptlab.records.files import read_result, section

SCORE = "judge"
"""What a metric that judges is called in a record."""


class Said(NamedTuple):
    """What is said of a judge, the most important first; and the data sets that it judged."""

    datasets: tuple[str, ...]
    sentences: tuple[str, ...]


def judges(paths: Sequence[Path | str], folders: Sequence[Path]) -> list[Said]:
    """Gather what is said of the judges of some runs.

    Args:
        paths: Where the runs are, and maybe what `promptlab judge` left.
        folders: Of the runs.
    """
    outcomes = dict.fromkeys(found for path in paths for found in find_outcomes(Path(path)))
    return [*(Said(*said_of(outcome)) for outcome in outcomes), *_of_metrics(folders)]


def _of_metrics(folders: Sequence[Path]) -> Iterator[Said]:
    """Measure who graded answers while they were given, by the gold answers."""
    by_judge: dict[str, list[Path]] = {}
    for folder in folders:
        name = _judge_of(folder)
        if name:
            by_judge.setdefault(name, []).append(folder)
    for name, graded in by_judge.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # damage is told where the scores are read
            runs = read_judged(graded)
        yield from _measured(name, runs)


def _judge_of(folder: Path) -> str:
    """Return the name of the model that graded a run's answers; empty where none did."""
    try:
        result = read_result(folder)
    except (OSError, ValueError):
        return ""
    if not {SCORE, f"{SCORE}_missing"} & {*section(result, "metrics")}:
        return ""
    told = section(result, "roles", "judge") or section(result, "model")
    return str(told.get("name") or "an unnamed judge")


def _measured(name: str, runs: Sequence[JudgedRun]) -> Iterator[Said]:
    from promptlab.judge.measures import measures  # noqa: PLC0415  scikit-learn takes a second
    from promptlab.judge.outcome import plain  # noqa: PLC0415

    judgements = [_judgement(run, id_) for run in runs for id_ in run.trials]
    graded = [each for each in judgements if each is not None]
    truth = known(runs, gold_labels(runs), Judge(), name)
    of = {
        "measures": [
            {"name": each.name, **plain(each.estimate), "meaning": each.meaning}
            for each in measures(graded, truth)
        ]
    }
    if of["measures"]:
        datasets = tuple(sorted({run.dataset for run in runs}))
        first = f"{name} graded answers of {counted(len(runs))} as metric={SCORE}"
        yield Said(datasets, (first, verdict(of), *map(measured, of["measures"])))


def _judgement(run: JudgedRun, id_: str) -> Judgement | None:
    trial = run.trials[id_]
    asked = tuple(exchange for exchange in trial.exchanges if exchange.stage == "metric")
    if not asked:
        return None
    grade = trial.scores.get(SCORE)  # none where its reply was no verdict
    return Judgement(id_, (run.name,), ((grade,),), "" if grade is not None else trial.error, asked)
