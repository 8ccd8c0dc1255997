"""Finished runs, read back from their folders; what is broken is told, and the rest is used."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from math import isfinite, nan
from pathlib import Path
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
"""Told every whole line while scores are read: its key, what it holds, and where it begins."""


@dataclass(frozen=True)
class Run:
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


def folders_of(paths: Iterable[Path | str]) -> list[Path]:
    """Find the folders of runs: those given that hold trials, and those anywhere below them.

    Raises:
        FileNotFoundError: there is no such path, or no run in it.
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        if not path.exists():
            raise FileNotFoundError(f"{path}: no such folder; expected the output folder of a run")
        start = path if path.is_dir() else path.parent
        held = sorted(trials.parent for trials in start.rglob(TRIALS) if not _copied(trials, start))
        if not held:
            raise FileNotFoundError(f"{path}: no {TRIALS} in it or below; expected runs' folders")
        found |= dict.fromkeys(held)
    return list(found)


def read_run(folder: Path, metric: str = "accuracy", tell: Listener | None = None) -> Run:
    """Read one run; nothing in its folder raises.

    Args:
        folder: Of the run.
        metric: The score to read.
        tell: Told every whole line, for those who need more of it than its score.
    """
    notes: list[str] = []
    result = _result(folder, notes)
    read = _scores(folder / TRIALS, seal_key(folder, result), metric, notes, tell)
    scores, outcomes, unscored = read
    name = str(result.get("name") or folder.name)
    if unscored and scores:
        notes.append(f"{name}: trials without {metric!r}: {unscored}, left out")
    if not result:
        notes.append(f"{name}: not finished, {len(scores)} trials so far")
    elif not Records(folder).matches(result):
        notes.append(f"{Records(folder).mismatch(result)}; the command that made it mends it")
    dataset = str(result.get("dataset") or "")
    return Run(name, dataset, (folder,), scores, outcomes, result, tuple(notes))


def merged(runs: Iterable[Run], part: str) -> list[Run]:
    """Make one run of those whose names differ in the part `part=…` alone, such as `seed`.

    An example that was answered with several seeds is then a repeated example.
    """
    by_name: dict[tuple[str, str], Run] = {}
    for run in runs:
        kept, told = _without(run.name, part)
        scores = {
            key._replace(occurrence=f"{told} {key.occurrence}"): score
            for key, score in run.scores.items()
        }
        same = (kept, run.dataset)
        named = replace(run, name=kept, scores=scores)
        by_name[same] = _joined(by_name[same], named) if same in by_name else named
    return list(by_name.values())


def named_apart(runs: Iterable[Run]) -> list[Run]:
    """Add the folder's name where several runs have the same name."""
    runs = list(runs)
    often = Counter(run.name for run in runs)
    return [
        replace(run, name=f"{run.name} ({run.folders[0]})") if often[run.name] > 1 else run
        for run in runs
    ]


def _copied(trials: Path, below: Path) -> bool:
    """Say whether these are the copies that MLflow keeps below a folder."""
    return not {"mlruns", "mlartifacts"}.isdisjoint(trials.relative_to(below).parts)


def _joined(one: Run, other: Run) -> Run:
    return replace(
        one,
        folders=one.folders + other.folders,
        scores={**one.scores, **other.scores},
        outcomes=Counter(one.outcomes) + Counter(other.outcomes),
        result={},
        notes=one.notes + other.notes,
    )


def _without(name: str, part: str) -> tuple[str, str]:
    """Split a name into what it is without the part, and the part.

    `seed` stands for `ordering.seed`, too.
    """
    parts = name.split(",")
    told = [each for each in parts if f".{each.partition('=')[0]}".endswith(f".{part}")]
    return ",".join(each for each in parts if each not in told) or "default", ",".join(told)


def _result(folder: Path, notes: list[str]) -> dict[str, Any]:
    if not (folder / RESULT).exists():
        return {}
    try:
        return read_result(folder)
    except ValueError as error:
        notes.append(f"{error}; left out")
        return {}


def _scores(
    path: Path, run: str | None, metric: str, notes: list[str], tell: Listener | None
) -> tuple[dict[Key, float], Counter[str], int]:
    """Read the scores, line by line: a file of trials may be larger than the memory."""
    scores: dict[Key, float] = {}
    outcomes: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    unscored = 0
    for line in verify_lines(path, run, _scored, notes):
        entry, name = line.value, line.value["id"]
        key = Key(name, _digest(entry), str(seen[name]))
        outcomes[str(entry.get("outcome", ""))] += 1
        score = entry["scores"].get(metric, nan)
        if isfinite(score):
            scores[key] = score
        else:
            unscored += 1
        if tell:
            tell(key, entry, line.start)
        seen[name] += 1
    return scores, outcomes, unscored


def _scored(entry: dict[str, Any]) -> dict[str, Any]:
    """Read the line of a trial for the sake of its scores.

    Raises:
        ValueError: it has no id or no scores.
    """
    try:
        name, scores = entry["id"], dict(entry["scores"])
        return entry | {"id": str(name), "scores": {k: float(scores[k]) for k in scores}}
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError("broken") from error


def _digest(entry: Mapping[str, Any]) -> str:
    said = json.dumps([entry.get("question"), entry.get("context"), entry.get("target")])
    return blake2b(said.encode(), digest_size=8).hexdigest()
