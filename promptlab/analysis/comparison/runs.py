"""Finished runs, read back from their folders; what is broken is noted, and the rest is used."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from math import isfinite, nan
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, NamedTuple

from promptlab.analysis.comparison.key import Key
from promptlab.analysis.comparison.traces import Traces
from promptlab.records.files import (
    RESULT,
    TRIALS,
    Records,
    read_mark,
    read_result,
    seal_key,
    section,
)
from promptlab.records.verify import verify_lines
from promptlab.types import digest

Listener = Callable[[Key, Mapping[str, Any], int], None]
"""Called with every valid line while scores are read: its key, its object, its offset."""


class Repeat(NamedTuple):
    """One run of several that differ in their seeds alone: which, and the mean of its scores."""

    name: str
    mean: float


@dataclass(frozen=True)
class RunScores:
    """One variant's scores.

    Attributes:
        name: The variant's.
        dataset: What it was run on; empty where the run never said.
        folders: Where it was read from.
        scores: One for each answer.
        outcomes: How many answers were parsed, unparsed, truncated, ….
        result: The content of `result.json`; empty where the run did not finish.
        notes: What could not be read.
        asked: What names all that was asked, and who answered; empty where that is not known.
        answered: What names all replies.
        understood: What names all that was read off them, and how it was scored.
        same: The runs that asked the same, this one among them, by name and folder; none where it
            is the only one.
        repeats: The runs taken together here, one for each seed; none where it is one run.
    """

    name: str
    dataset: str
    folders: tuple[Path, ...]
    scores: Mapping[Key, float]
    outcomes: Mapping[str, int] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    asked: str = ""
    answered: str = ""
    understood: str = ""
    same: tuple[tuple[str, Path], ...] = ()
    repeats: tuple[Repeat, ...] = ()

    @property
    def spread(self) -> float:
        """The standard deviation of the means of its repeats; NaN of fewer than two."""
        means = [repeat.mean for repeat in self.repeats]
        return stdev(means) if len(means) > 1 else nan


def read_run(folder: Path, metric: str = "accuracy", listener: Listener | None = None) -> RunScores:
    """Read one run; damage in its folder never raises.

    Args:
        folder: Of the run.
        metric: The score to read.
        listener: Called with every valid line, for callers that need more than its score.
    """
    notes: list[str] = []
    result = _result(folder, notes)
    traces = Traces()
    parts = _scores(
        folder / TRIALS,
        seal_key(folder, result),
        metric,
        notes,
        [traces.add, *([listener] if listener else [])],
    )
    scores, outcomes, unscored = parts
    name = str(result.get("name") or read_mark(folder).get("name") or folder.name)
    if unscored and scores:
        notes.append(f"{name}: trials without {metric!r}: {unscored}, left out")
    if not result:
        notes.append(f"{name}: not finished, {len(scores)} trials so far")
    elif not Records(folder).matches(result):
        notes.append(f"{Records(folder).mismatch(result)}; the command that made it mends it")
    dataset = str(result.get("dataset") or "")
    return RunScores(
        name, dataset, (folder,), scores, outcomes, result, tuple(notes), *_traced(result, traces)
    )


def distinct_names(runs: Iterable[RunScores]) -> list[RunScores]:
    """Add the model where runs of several have the same name, else the folder."""
    runs = list(runs)
    called = defaultdict(list)
    for run in runs:
        called[run.name].append(run)
    return [replace(run, name=_told(run, called[run.name])) for run in runs]


def _told(run: RunScores, called: Sequence[RunScores]) -> str:
    """Name one of the runs that are called the same."""
    if len(called) < 2:
        return run.name
    models = [str(section(each.result, "model").get("name") or "") for each in called]
    apart = all(models) and len(set(models)) == len(called)
    own = section(run.result, "model").get("name") if apart else run.folders[0]
    return f"{run.name} ({own})"


def common_scores(runs: Sequence[RunScores]) -> list[list[float]]:
    """Return the scores on the examples that all runs have, shape (runs, examples).

    Repeated answers to an example are averaged.
    """
    means = [_means(run) for run in runs]
    shared = sorted(frozenset(means[0]).intersection(*means[1:])) if means else []
    return [[scores[key] for key in shared] for scores in means]


def _means(run: RunScores) -> dict[tuple[str, str], float]:
    scores: dict[tuple[str, str], list[float]] = {}
    for key, score in run.scores.items():
        scores.setdefault((key.id, key.text), []).append(score)
    return {key: fmean(values) for key, values in scores.items()}


def _traced(result: Mapping[str, Any], traces: Traces) -> tuple[str, str, str]:
    """Name what was asked of whom, and what came of it; empty where one of these is not known."""
    asked, answered, understood = traces.digests
    model = section(result, "model")
    if not (asked and model):
        return "", "", ""
    return digest([asked, {**model}, {**section(result, "roles")}]), answered, understood


def _result(folder: Path, notes: list[str]) -> dict[str, Any]:
    if not (folder / RESULT).exists():
        return {}
    try:
        return read_result(folder)
    except ValueError as error:
        notes.append(f"{error}; left out")
        return {}


def _scores(
    path: Path, run: str | None, metric: str, notes: list[str], listeners: Sequence[Listener]
) -> tuple[dict[Key, float], Counter[str], int]:
    """Read the scores, line by line: a file of trials may be larger than the memory."""
    scores: dict[Key, float] = {}
    outcomes: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    unscored = 0
    for line in verify_lines(path, run, _parse_scores, notes):
        entry, name = line.value, line.value["id"]
        key = Key(name, _digest(entry), str(seen[name]))
        outcomes[str(entry.get("outcome", ""))] += 1
        score = entry["scores"].get(metric, nan)
        if isfinite(score):
            scores[key] = score
        else:
            unscored += 1
        for listener in listeners:
            listener(key, entry, line.start)
        seen[name] += 1
    return scores, outcomes, unscored


def _parse_scores(entry: dict[str, Any]) -> dict[str, Any]:
    """Parse the id and the scores of a trial's line.

    Raises:
        ValueError: it has no id or no scores.
    """
    try:
        name, scores = entry["id"], dict(entry["scores"])
        return entry | {"id": str(name), "scores": {k: float(scores[k]) for k in scores}}
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError("broken") from error


def _digest(entry: Mapping[str, Any]) -> str:
    content = json.dumps([entry.get("question"), entry.get("context"), entry.get("target")])
    return blake2b(content.encode(), digest_size=8).hexdigest()
