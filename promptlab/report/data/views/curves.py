"""How the score goes with the number of demonstrations: a curve for each of what else was swept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from promptlab.analysis.comparison.variant import RankedVariant, summarise
from promptlab.report.data.reading.factors import are_numbers, decides, setting_name, stages, varied
from promptlab.report.paper.over_seeds import over_seeds

_OWN = ("k", "selection.k")
"""Settings that are the number of demonstrations."""


@dataclass(frozen=True)
class Point:
    """The variants with one number of demonstrations, which differ in their seeds alone.

    Attributes:
        k: How many demonstrations.
        mean: Of the scores.
        low: Lower end of the 95 % interval, clustered by example.
        high: Upper end.
        runs: How many variants.
    """

    k: int
    mean: float
    low: float
    high: float
    runs: int


@dataclass(frozen=True)
class Curve:
    """Variants that differ in the number of their demonstrations.

    Attributes:
        name: What they have in common; `all runs` where nothing else was swept.
        points: Fewest demonstrations first.
    """

    name: str
    points: tuple[Point, ...]

    @property
    def mean(self) -> float:
        """Of the points."""
        return fmean(point.mean for point in self.points)


def curves(
    variants: Sequence[RankedVariant], settings: Sequence[Mapping[str, str]]
) -> tuple[Curve, ...]:
    """Return the curves of a sweep, the highest first; none where no two points are on one.

    The number is the selection's `k`; of `selection=zero`, which has none, it is 0.

    Args:
        variants: Of the sweep.
        settings: Of each, as `run_settings` reads them.
    """
    runs = [
        (k, variant, told)
        for variant, told in zip(variants, settings, strict=True)
        if (k := _demonstrations(told)) is not None
    ]
    names = _others([k for k, _, _ in runs], [told for _, _, told in runs])
    groups: dict[str, dict[int, list[RankedVariant]]] = {}
    for name, (k, variant, _) in zip(names, runs, strict=True):
        groups.setdefault(name, {}).setdefault(k, []).append(variant)
    drawn = [Curve(name, _points(by_k)) for name, by_k in groups.items()]
    if all(len(curve.points) < 2 for curve in drawn):
        return ()
    return tuple(sorted(drawn, key=lambda curve: -curve.mean))


def _demonstrations(settings: Mapping[str, str]) -> int | None:
    """Return how many demonstrations were asked for; None where that is not known."""
    if settings.get("selection") == "zero":
        return 0
    told = next((settings[key] for key in reversed(_OWN) if key in settings), "")
    return int(told) if told.isdecimal() else None


def _others(ks: Sequence[int], told: Sequence[Mapping[str, str]]) -> list[str]:
    """Name what else was swept, but for seeds, and for numbers that go with k."""
    flat = [{key: each[key] for key in each if not _is_own(key)} for each in told]
    shown = list(map(str, ks))
    levels = {
        key: each
        for key, each in varied(flat, stages(flat)).items()
        if not (are_numbers(each) and decides(shown, each))
    }
    return [
        setting_name({key: each[place] for key, each in levels.items()}) for place in range(len(ks))
    ]


def _is_own(key: str) -> bool:
    return key in _OWN or key.rpartition(".")[2] == "seed"


def _points(by_k: Mapping[int, Sequence[RankedVariant]]) -> tuple[Point, ...]:
    return tuple(_point(k, by_k[k]) for k in sorted(by_k))


def _point(k: int, variants: Sequence[RankedVariant]) -> Point:
    first, *others = variants
    whole = summarise(over_seeds([each.run for each in variants]), "") if others else first
    return Point(k, whole.mean, whole.low, whole.high, len(variants))
