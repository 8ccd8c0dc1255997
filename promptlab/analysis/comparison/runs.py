"""Finished runs, read back from their folders; what is broken is noted, and the rest is used."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from math import isfinite, nan
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from promptlab.records.files import RESULT, TRIALS, Records, read_result, seal_key
from promptlab.records.verify import verify_lines


class Key(NamedTuple):
    """What two runs must share for their scores to be paired.

    `text` is a digest of question and gold answer, so that an id that means another question
    elsewhere is not taken for the same example; `occurrence` tells repeated answers to it apart.
    """

    id: str
    text: str
    occurrence: str


Listener = Callable[[Key, Mapping[str, Any], int], None]
"""Called with every valid line while scores are read: its key, its object, its offset."""


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
    """

    name: str
    dataset: str
    folders: tuple[Path, ...]
    scores: Mapping[Key, float]
    outcomes: Mapping[str, int] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def find_runs(paths: Iterable[Path | str]) -> list[Path]:
    """Find the folders of runs: the given ones that hold trials, and any below them.

    Raises:
        FileNotFoundError: there is no such path, or no run in it.
    """
    folders: dict[Path, None] = {}
    for path in map(Path, paths):
        if not path.exists():
            raise FileNotFoundError(f"{path}: no such folder; expected the output folder of a run")
        start = path if path.is_dir() else path.parent
        runs = sorted(
            trials.parent for trials in start.rglob(TRIALS) if not _is_copy(trials, start)
        )
        if not runs:
            raise FileNotFoundError(f"{path}: no {TRIALS} in it or below; expected runs' folders")
        folders |= dict.fromkeys(runs)
    return list(folders)


def read_run(folder: Path, metric: str = "accuracy", listener: Listener | None = None) -> RunScores:
    """Read one run; damage in its folder never raises.

    Args:
        folder: Of the run.
        metric: The score to read.
        listener: Called with every valid line, for callers that need more than its score.
    """
    notes: list[str] = []
    result = _result(folder, notes)
    parts = _scores(folder / TRIALS, seal_key(folder, result), metric, notes, listener)
    scores, outcomes, unscored = parts
    name = str(result.get("name") or folder.name)
    if unscored and scores:
        notes.append(f"{name}: trials without {metric!r}: {unscored}, left out")
    if not result:
        notes.append(f"{name}: not finished, {len(scores)} trials so far")
    elif not Records(folder).matches(result):
        notes.append(f"{Records(folder).mismatch(result)}; the command that made it mends it")
    dataset = str(result.get("dataset") or "")
    return RunScores(name, dataset, (folder,), scores, outcomes, result, tuple(notes))


def merge_runs(runs: Iterable[RunScores], part: str) -> list[RunScores]:
    """Merge the runs whose names differ only in the part `part=…`, such as `seed`.

    An example that was answered with several seeds is then a repeated example.
    """
    by_name: dict[tuple[str, str], RunScores] = {}
    for run in runs:
        name, removed = _split_name(run.name, part)
        scores = {
            key._replace(occurrence=f"{removed} {key.occurrence}"): score
            for key, score in run.scores.items()
        }
        same = (name, run.dataset)
        renamed = replace(run, name=name, scores=scores)
        by_name[same] = _join(by_name[same], renamed) if same in by_name else renamed
    return list(by_name.values())


def distinct_names(runs: Iterable[RunScores]) -> list[RunScores]:
    """Add the folder's name where several runs have the same name."""
    runs = list(runs)
    counts = Counter(run.name for run in runs)
    return [
        replace(run, name=f"{run.name} ({run.folders[0]})") if counts[run.name] > 1 else run
        for run in runs
    ]


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


def _is_copy(trials: Path, below: Path) -> bool:
    """Return whether these trials are a copy that MLflow keeps below a folder."""
    return not {"mlruns", "mlartifacts"}.isdisjoint(trials.relative_to(below).parts)


def _join(one: RunScores, other: RunScores) -> RunScores:
    return replace(
        one,
        folders=one.folders + other.folders,
        scores={**one.scores, **other.scores},
        outcomes=Counter(one.outcomes) + Counter(other.outcomes),
        result={},
        notes=one.notes + other.notes,
    )


def _split_name(name: str, part: str) -> tuple[str, str]:
    """Split a name into the rest and the part; `seed` matches `ordering.seed`, too."""
    parts = name.split(",")
    removed = [item for item in parts if f".{item.partition('=')[0]}".endswith(f".{part}")]
    return ",".join(item for item in parts if item not in removed) or "default", ",".join(removed)


def _result(folder: Path, notes: list[str]) -> dict[str, Any]:
    if not (folder / RESULT).exists():
        return {}
    try:
        return read_result(folder)
    except ValueError as error:
        notes.append(f"{error}; left out")
        return {}


def _scores(
    path: Path, run: str | None, metric: str, notes: list[str], listener: Listener | None
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
        if listener:
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
