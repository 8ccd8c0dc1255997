"""The score by a field of the records: of each value, for each variant."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

from promptlab.records.files import section

ALPHA = 0.05
MOST = 40
"""Slices of a field that are shown, those with the most examples."""
NO_VALUE = "(none)"


@dataclass(frozen=True)
class Slice:
    """A variant's score on the examples that have one value in a field.

    Attributes:
        n: How many examples.
        small: They are so few that the mean says little.
        mean: Of the score.
        low: Lower end of an interval that is as wide as the number of slices asks; NaN where
            several runs are one variant.
        high: Upper end.
        holm: p-value of the difference from the rest of the field, after Holm; NaN where unknown.
    """

    n: int
    small: bool
    mean: float
    low: float = nan
    high: float = nan
    holm: float = nan

    @property
    def apart(self) -> bool:
        """Whether the score is told apart from the rest of the field."""
        return self.holm < ALPHA


@dataclass(frozen=True)
class SlicedField:
    """All slices of one field.

    Attributes:
        field: Its name.
        values: Those shown, the most frequent first.
        more: How many are not shown.
        of: By variant, best first, and value.
    """

    field: str
    values: tuple[str, ...]
    more: int
    of: Mapping[str, Mapping[str, Slice]]

    def n(self, value: str) -> int:
        """Return the most examples of a value that any variant has."""
        return max((held[value].n for held in self.of.values() if value in held), default=0)


def sliced_fields(
    names: Sequence[str], results: Mapping[str, Sequence[Mapping[str, Any]]], metric: str
) -> tuple[SlicedField, ...]:
    """Read the slices of the variants from their results.

    Args:
        names: Of the variants, best first.
        results: Each variant's `result.json`, one for each of its runs.
        metric: The score.
    """
    told = {name: dict(_of_variant(results[name], metric)) for name in names}
    fields = dict.fromkeys(field for held in told.values() for field in held)
    return tuple(
        _field(field, {name: held[field] for name, held in told.items() if field in held})
        for field in fields
    )


def _field(field: str, of: Mapping[str, Mapping[str, Slice]]) -> SlicedField:
    counts: dict[str, int] = {}
    for held in of.values():
        for value, each in held.items():
            counts[value] = max(counts.get(value, 0), each.n)
    values = sorted(counts, key=lambda value: (-counts[value], value))
    return SlicedField(field, tuple(values[:MOST]), max(len(values) - MOST, 0), of)


def _of_variant(
    results: Sequence[Mapping[str, Any]], metric: str
) -> Iterator[tuple[str, dict[str, Slice]]]:
    """Yield each field with its slices, the runs of one variant taken together."""
    every = [section(result, "slices") for result in results]
    for field in dict.fromkeys(field for told in every for field in told):
        parts: dict[str, list[Slice]] = {}
        for told in every:
            for value, entry in section(told, field).items():
                if (read := _read(entry, metric)) is not None:
                    parts.setdefault(str(value) or NO_VALUE, []).append(read)
        if parts:
            yield str(field), {value: _together(several) for value, several in parts.items()}


def _read(entry: Any, metric: str) -> Slice | None:
    """Read a slice; None where it does not have the score."""
    if not isinstance(entry, Mapping):
        return None
    n, mean = entry.get("n"), _number(entry, metric)
    if not isinstance(n, int) or n < 1 or not isfinite(mean):
        return None
    low, high, holm = (_number(entry, f"{metric}_{end}") for end in ("low", "high", "holm"))
    return Slice(n, bool(entry.get("small")), mean, low, high, holm)


def _number(entry: Mapping[str, Any], key: str) -> float:
    value = entry.get(key, nan)
    return float(value) if isinstance(value, (int, float)) else nan


def _together(several: Sequence[Slice]) -> Slice:
    """Take the runs of a variant together: they asked the same examples, so `n` is that of one."""
    if len(several) == 1:
        return several[0]
    total = sum(each.n for each in several)
    n = max(each.n for each in several)
    return Slice(n, several[0].small, sum(each.n * each.mean for each in several) / total)
