"""Seeds are repeats of a variant, not rivals of each other."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from promptlab.analysis.comparison.runs import RunScores
from promptlab.analysis.comparison.same_prompts import join_same
from promptlab.analysis.comparison.together import take_together
from promptlab.records.files import read_mark, section
from promptlab.records.provenance import deciding
from promptlab.types import digest

SEED = "seed"


def merge_repeats(runs: Iterable[RunScores], part: str = SEED) -> list[RunScores]:
    """Take the runs of a data set together whose names differ in the part `part=…` alone.

    Where no part is named, none are. A run whose name leaves the part out has that of its config.

    An example that was answered with several seeds is then a repeated example. Runs whose settings
    differ in anything else are not taken together, nor are several of the same seed. Seeds that
    all asked the same are one run.
    """
    if not part:
        return list(runs)
    groups: dict[tuple[str, str], list[tuple[str, RunScores]]] = {}
    for run in runs:
        name, removed = _split_name(run.name, part)
        same = name, _settings(run, part)
        groups.setdefault(same, []).append((removed or _default(run, part), run))
    return [merged for (name, _), several in groups.items() for merged in _merged(name, several)]


def _merged(name: str, several: list[tuple[str, RunScores]]) -> list[RunScores]:
    runs = [run for _, run in several]
    named = dict(several)
    if len(runs) < 2 or "" in named or len(named) < len(runs):
        return runs
    joined = join_same(runs)
    return [replace(joined[0], name=name)] if len(joined) == 1 else [take_together(name, named)]


def _split_name(name: str, part: str) -> tuple[str, str]:
    """Split a name into the rest and the part; `seed` matches `ordering.seed`, too."""
    parts = name.split(",")
    removed = [item for item in parts if f".{item.partition('=')[0]}".endswith(f".{part}")]
    return ",".join(item for item in parts if item not in removed) or "default", ",".join(removed)


def _default(run: RunScores, part: str) -> str:
    """Name the part of a run whose name leaves it out; empty where its value is not known."""
    value: Any = _told(run)
    for key in part.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return "" if value is None else f"{part}={value}"


def _told(run: RunScores) -> Mapping[str, Any]:
    """Return what a run is told to be, finished or not; nothing where that is not known."""
    return section(run.result, "config") or section(read_mark(run.folders[0]), "config")


def _settings(run: RunScores, part: str) -> str:
    """Name the settings of a run but for the part; empty where they are not known."""
    config = deciding(_told(run))
    return digest(_without(config, part.rpartition(".")[2])) if config else ""


def _without(value: Any, key: str) -> Any:
    if isinstance(value, Mapping):
        return {name: _without(inner, key) for name, inner in value.items() if name != key}
    return [_without(inner, key) for inner in value] if isinstance(value, (list, tuple)) else value
