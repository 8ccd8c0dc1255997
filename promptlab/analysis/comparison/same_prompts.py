"""Variants that asked the same are one variant, however many names it has.

`selection=zero` shows no demonstration, so that no order of them changes anything: six orderings
are six names of one prompt. Counted as six, each would make the others harder to tell apart.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from promptlab.analysis.comparison.key import Key
from promptlab.analysis.comparison.runs import RunScores, read_run
from promptlab.analysis.comparison.together import take_together
from promptlab.analysis.comparison.traces import trace
from promptlab.types import digest

NAMED = 6
"""Names told in a note."""


def join_same(runs: Iterable[RunScores]) -> list[RunScores]:
    """Join the runs that asked the same of the same model, and read its replies alike.

    Where the replies are the same, too, one of them stands for all. Where they are not (a server
    that is not steady), each is a repeat.
    """
    kinds: dict[str, list[list[RunScores]]] = {}
    for place, run in enumerate(runs):
        # A run of which it is not known what it asked is like no other.
        known = kinds.setdefault(run.asked or str(place), [])
        alike = next((several for several in known if _read_alike(several[0], run)), None)
        if alike is None:
            known.append([run])
        else:
            alike.append(run)
    every = [several for groups in kinds.values() for several in groups]
    told = Counter(_common_name([run.name for run in several]) for several in every)
    return [_joined(several, told) for several in every]


def note_same(runs: Iterable[RunScores]) -> list[str]:
    """Say which variants are shown once."""
    notes = []
    for run in runs:
        names = list(dict.fromkeys(name for name, _ in run.same))
        if run.same:
            more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
            notes.append(
                f"{run.name}: {len(run.same)} variants asked the same; shown once "
                f"({', '.join(names[:NAMED])}{more})"
            )
    return notes


def _read_alike(one: RunScores, other: RunScores) -> bool:
    """Say whether the same replies were read the same way, and scored the same."""
    if one.answered == other.answered or one.repeats or other.repeats:
        return (one.answered, one.understood) == (other.answered, other.understood)
    first, second = _readings(one), _readings(other)
    shared = [key for key in first.keys() & second.keys() if first[key][0] == second[key][0]]
    return all(first[key][1] == second[key][1] for key in shared)


def _readings(run: RunScores) -> dict[Key, tuple[str, str]]:
    """Read the replies of each example, and what was made of them, again."""
    readings: dict[Key, tuple[str, str]] = {}

    def listen(key: Key, entry: Mapping[str, Any], _: int) -> None:
        parts = trace(entry)
        if parts:
            readings[key] = digest(parts[1]), digest(parts[2])

    read_run(run.folders[0], listener=listen)
    return readings


def _joined(several: Sequence[RunScores], told: Mapping[str, int]) -> RunScores:
    """Join runs under what their names share, or say it all where others share the same."""
    first, *others = several
    if not others:
        return first
    names = [run.name for run in several]
    name = _common_name(names) if told[_common_name(names)] == 1 else _listed_name(names)
    same = tuple(each for run in several for each in run.same or ((run.name, run.folders[0]),))
    named = replace(first, name=name, same=same)
    if all(run.answered == first.answered for run in others):
        return named
    counted = {f"time {number}": run for number, run in enumerate(several, start=1)}
    return replace(take_together(named.name, counted), same=same)


def _common_name(names: Sequence[str]) -> str:
    """Name variants by the parts that all their names have; by the first where there are none."""
    shared = set.intersection(*(set(name.split(",")) for name in names))
    return ",".join(part for part in names[0].split(",") if part in shared) or names[0]


def _listed_name(names: Sequence[str]) -> str:
    """Name variants by their parts, each with the values of all: `normalise=sum|token`."""
    values: dict[str, dict[str, None]] = {}
    for name in names:
        for part in name.split(","):
            key, _, value = part.partition("=")
            values.setdefault(key, {})[value] = None
    return ",".join(key + "=" * any(each) + "|".join(each) for key, each in values.items())
