"""What was swept: the settings that are not the same in all configs, without those that follow."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from math import isfinite
from typing import Any

from promptlab.analysis.statistics.factors.variance import decompose
from promptlab.records.provenance import deciding
from promptlab.tracking.mlflow.page.params import component_name

MOST = 4
"""Factors shown with each other."""
UNKNOWN = "–"
"""The level of a variant that does not have a setting."""
ALL = "all runs"
"""The setting of a sweep in which nothing was meant to matter."""

Levels = Mapping[str, Sequence[str]]
"""The level of each variant, by factor."""


def factors(configs: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Find what was swept, from the resolved configs of variants.

    A class counts by its name, under the stage it fills: `selection`. A setting that another one
    decides, or repeats (`selection.k` where k was swept), is no factor of its own. A variant
    without a setting has the level `–`.
    """
    return varied([settings(config) for config in configs])


def settings(config: Mapping[str, Any]) -> dict[str, str]:
    """Return what decides a run's trials, each setting as a text, by its key: `selection.k`."""
    return dict(_leaves(deciding(config)))


def varied(flat: Sequence[Mapping[str, str]], first: Sequence[str] = ()) -> dict[str, list[str]]:
    """Return the levels of what is not the same everywhere, without what another setting decides.

    Args:
        flat: The settings of each run.
        first: Settings that decide others where these could as well decide them.
    """
    keys = sorted(
        dict.fromkeys(key for each in flat for key in each),
        key=lambda key: (key not in first, _simplest(key)),
    )
    varied_levels: dict[str, list[str]] = {}
    for key in keys:
        levels = [each.get(key, UNKNOWN) for each in flat]
        differ = len({*levels} - {UNKNOWN}) > 1
        if differ and not any(decides(other, levels) for other in varied_levels.values()):
            varied_levels[key] = levels
    return varied_levels


def stages(flat: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the settings that are chosen by a name: `selection`, `template`."""
    keys = dict.fromkeys(key for each in flat for key in each if "." not in key)
    return [key for key in keys if not are_numbers(each.get(key, UNKNOWN) for each in flat)]


def telling(levels: Levels, values: Sequence[float]) -> list[str]:
    """Return the factors that explain most of the values, the strongest first, a few of them."""
    if len(values) < 3:
        return list(levels)[:MOST]
    rows = [
        {"value": value, **{key: levels[key][index] for key in levels}}
        for index, value in enumerate(values)
    ]
    shares = {key: decompose(rows, "value", [key]).shares[0] for key in levels}
    few = [key for key in levels if shares[key].levels <= len(values) // 2 or len(values) < 6]
    return sorted(few, key=lambda key: shares[key].by_chance - shares[key].share)[:MOST]


def pairs(names: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs of factors to be drawn."""
    return list(combinations(names, 2))


def cells(
    one: Sequence[str], other: Sequence[str], values: Sequence[float]
) -> dict[tuple[str, str], list[float]]:
    """Return the values of each combination of two factors' levels."""
    values_of: dict[tuple[str, str], list[float]] = {}
    for *levels, value in zip(one, other, values, strict=True):
        values_of.setdefault((str(levels[0]), str(levels[1])), []).append(value)
    return values_of


def ordered(levels: Sequence[str]) -> list[str]:
    """Return the different levels: numbers by value, names as they come."""
    different = list(dict.fromkeys(levels))
    if not are_numbers(different):
        return different
    return sorted(different, key=lambda level: float(level) if level != UNKNOWN else -1)


def are_numbers(levels: Iterable[str]) -> bool:
    """Say whether all levels that are known are numbers."""
    try:
        return all(isfinite(float(level)) for level in levels if level != UNKNOWN)
    except ValueError:
        return False


def setting_name(levels: Mapping[str, str]) -> str:
    """Name a setting by its levels: `Random · k=4`."""
    words = [
        level.strip() if level[:1].isalpha() else f"{name.rpartition('.')[2]}={level}"
        for name, level in levels.items()
    ]
    return " · ".join(words) or ALL


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield the settings of a config as texts: classes as the command line names them."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == "_target_":
                yield key, component_name(str(inner)).rpartition(".")[2]
            else:
                yield from _leaves(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(value, (list, tuple)):
        yield key, ", ".join(map(str, value)) or "none"
    else:
        yield key, str(value)


def _simplest(key: str) -> tuple[int, bool, str]:
    """Sort keys: those with fewer parts first, and a stage's name before its other settings."""
    return key.count("."), not key.endswith(".name"), key


def decides(levels: Sequence[str], others: Sequence[str]) -> bool:
    """Say whether one factor's level decides another one's, wherever that has one."""
    seen: dict[str, str] = {}
    return all(
        other == UNKNOWN or seen.setdefault(level, other) == other
        for level, other in zip(levels, others, strict=True)
    )
