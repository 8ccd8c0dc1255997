"""Seeds are repeats of a variant, not rivals of each other."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from promptlab.analysis.comparison.runs import RunScores
from promptlab.analysis.comparison.same_prompts import join_same
from promptlab.analysis.comparison.together import take_together
from promptlab.records.files import read_mark, section
from promptlab.records.provenance import deciding
from promptlab.types import digest

SEED = "seed"
DEFAULT = "default"
"""The name of a run of which nothing else was said."""


def merge_repeats(runs: Iterable[RunScores], part: str = SEED) -> list[RunScores]:
    """Take the runs of a data set together that differ in the part `part=…` of their names alone.

    Where no part is named, none are. A run whose name leaves the part out has that of its config.

    An example that was answered with several seeds is then a repeated example. Runs whose settings
    differ in anything else are not taken together, nor are several of the same seed. Seeds that
    all asked the same are one run.
    """
    if not part:
        return list(runs)
    alike: dict[object, list[Named]] = {}
    for run in runs:
        name, removed = _split_name(run.name, part)
        named = Named(name, removed or _default(run, part), run)
        alike.setdefault(_settings(run, part) or (name,), []).append(named)
    return [merged for several in alike.values() for merged in _merged(several)]


class Named(NamedTuple):
    """A run, its name without the part, and the part."""

    name: str
    part: str
    run: RunScores


def _merged(several: list[Named]) -> list[RunScores]:
    """Take runs of the same settings together: all, or those of a name where a part comes twice."""
    if (joined := _joined(several)) is not None:
        return [joined]
    names = dict.fromkeys(each.name for each in several)
    by_name = [[each for each in several if each.name == name] for name in names]
    if len(by_name) == 1:
        return [each.run for each in several]
    return [merged for some in by_name for merged in _merged(some)]


def _joined(several: list[Named]) -> RunScores | None:
    """Take runs together under a name that says something, if one does; None where they are not."""
    named = {each.part: each.run for each in several}
    if len(several) < 2 or "" in named or len(named) < len(several):
        return several[0].run if len(several) == 1 else None
    name = next((each.name for each in several if each.name != DEFAULT), DEFAULT)
    joined = join_same([each.run for each in several])
    return replace(joined[0], name=name) if len(joined) == 1 else take_together(name, named)


def _split_name(name: str, part: str) -> tuple[str, str]:
    """Split a name into the rest and the part; `seed` matches `ordering.seed`, too."""
    parts = name.split(",")
    removed = [item for item in parts if f".{item.partition('=')[0]}".endswith(f".{part}")]
    return ",".join(item for item in parts if item not in removed) or DEFAULT, ",".join(removed)


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
