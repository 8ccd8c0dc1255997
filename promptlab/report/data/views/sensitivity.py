"""Where a sweep's variance comes from: what each factor moves, and which gains an order can undo.

Seeds and orders ought not to matter. What they move is the yardstick for what was meant to matter:
a selection, a template.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from statistics import fmean
from typing import Any

from promptlab.analysis.comparison.runs import RunScores, common_scores
from promptlab.analysis.statistics import (
    Fragile,
    Share,
    Spread,
    decompose,
    fragile,
    moved,
    nested,
    spreads,
    variance_by_examples,
)
from promptlab.report.data.reading.factors import ALL, ordered, setting_name
from promptlab.report.data.standings import Standings
from promptlab.report.number_format import percent

NAMED = 5
"""Factors named in a sentence."""
TOGETHER = "in combination"
"""What the factors that were meant to matter do beside what each does by itself."""
EXPLAINED = (
    "Shares of the variance between runs; they add up to 100 %. What was meant to matter counts by "
    "the means of its levels, a seed by what it moves within that, and an order by what it moves "
    "within one set of demonstrations: orders of different sets have nothing in common. Beside it, "
    "the share that would be there without any effect, from what varies within: orders, and at "
    "last the examples, which are few."
)
_VALUE, _NAME, _SETTING, _RUN = "value", "name", "setting", "run"

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Effect:
    """What one factor does.

    Attributes:
        factor: Its name.
        levels: How many it takes.
        share: Of the variance between runs. That of an order or a seed is what it moves within
            everything else; all shares add up to 1.
        expected: The share that it would have on average if it had no effect: from what varies
            within it, at last the examples, which are few; NaN where this cannot be told.
        usual: The range of the means of its levels; of an order or a seed, this range within
            everything else, on average. NaN for what factors do in combination.
        widest: The largest of these ranges; NaN for what was meant to matter.
        by_chance: It is an order, or a seed, and was not meant to matter.
    """

    factor: str
    levels: int
    share: float
    expected: float
    usual: float
    widest: float
    by_chance: bool


@dataclass(frozen=True)
class Setting:
    """Runs that differ in orders and seeds alone.

    Attributes:
        name: What they have in common.
        spread: Their mean, their best and their worst case.
        over: By order or seed, the usual range of its levels' means; of orders, within a set.
        bounds: What an oracle would have that chose the worst run for each example, and the best.
        runs: How many there are.
    """

    name: str
    spread: Spread
    over: Mapping[str, float]
    bounds: tuple[float, float]
    runs: int


@dataclass(frozen=True)
class Strip:
    """Runs that have something in common.

    Attributes:
        name: What: a level of what was meant to matter, or all but the innermost seed or order.
        runs: The name and the value of each.
    """

    name: str
    runs: tuple[tuple[str, float], ...]

    @property
    def mean(self) -> float:
        """Of the values."""
        return fmean(value for _, value in self.runs)


@dataclass(frozen=True)
class Sensitivity:
    """The variance of a sweep, taken apart.

    Attributes:
        runs: How many.
        effects: What was meant to matter, then what was not; none where the sweep is no grid.
        settings: Best mean first; none where no order or seed was swept.
        fragile: Leads of the best setting that orders or seeds could undo, the smallest lead first:
            for each, what moves more than it.
        strips: The runs by the levels of what was meant to matter; then, where a seed or an order
            was swept, by everything but it.
    """

    runs: int
    effects: tuple[Effect, ...]
    settings: tuple[Setting, ...]
    fragile: tuple[tuple[Fragile, ...], ...]
    strips: tuple[Strip, ...]


def sensitivity(sweep: Standings) -> Sensitivity | None:
    """Take the variance of a sweep apart; None where it is no grid and no order or seed varied."""
    runs = sweep.apart
    known = [index for index, name in enumerate(runs.names) if runs.config(name)]
    levels = {key: [each[index] for index in known] for key, each in runs.factors.items()}
    variants = [runs.variants[index] for index in known]
    chance = sorted(filter(by_chance, levels), key=_is_order)
    meant = [name for name in levels if name not in chance]
    rows = [
        {
            _VALUE: variant.mean,
            _NAME: variant.name,
            _RUN: variant.run,
            _SETTING: setting_name({name: levels[name][index] for name in meant}),
            **{name: levels[name][index] for name in levels},
        }
        for index, variant in enumerate(variants)
    ]
    effects = _effects(rows, meant, chance, _noise([variant.run for variant in variants]))
    settings = _settings(rows, chance) if chance else ()
    if not effects and not settings:
        return None
    weak = [
        each
        for number, name in enumerate(chance)
        for each in fragile(rows, _VALUE, _SETTING, name, chance[:number])
    ]
    undone: dict[Any, list[Fragile]] = {}
    for each in sorted(weak, key=lambda each: (each.gain, -each.spread)):
        undone.setdefault(each.worse, []).append(each)
    strips = _different([*_by_level(rows, meant), *(_by_set(rows, chance) if chance else ())])
    weak_leads = tuple(map(tuple, undone.values()))
    return Sensitivity(len(rows), effects, settings, weak_leads, strips)


def bounds_sentence(setting: Setting) -> str:
    """Say what an oracle could make of a setting's runs, and of its worst luck."""
    low, high = setting.bounds
    of = "" if setting.name == ALL else f" of {setting.name}"
    return (
        f"an oracle that chose among the {setting.runs} runs{of} for each example "
        f"would have {percent(high)} % at best and {percent(low)} % at worst: choosing orders or "
        "seeds in any other way stays between"
    )


def _effects(
    rows: Rows, meant: Sequence[str], chance: Sequence[str], noise: float
) -> tuple[Effect, ...]:
    """Return the effect of each factor of a grid; empty where fewer than two can be told apart."""
    ranges = {name: moved(rows, _VALUE, name, [*meant, *chance]) for name in (*meant, *chance)}
    different = len({row[_VALUE] for row in rows}) > 1
    if not different or sum(each.cells > 0 for each in ranges.values()) < 2:
        return ()
    total = decompose(rows, _VALUE, ()).total
    below, effects = noise, list[Effect]()
    levels = [_SETTING, *chance]
    for depth, level in reversed(list(enumerate(nested(rows, _VALUE, levels)))):
        if level.factor == _SETTING:
            effects[:0] = _meant(rows, meant, level, below)
        elif level.df:
            range_ = moved(rows, _VALUE, level.factor, levels[:depth])
            effects.insert(0, _effect(level, level.df * below / total, range_.usual, range_.widest))
            below = level.sum_of_squares / level.df
    return tuple(effects)


def _meant(rows: Rows, names: Sequence[str], settings: Share, below: float) -> list[Effect]:
    """Return the effects of the varied settings, each alone, the largest share first."""
    if not names or not settings.df:
        return []
    whole = decompose(rows, _VALUE, names)
    alone = [share for share in whole.shares if share.df]
    df = settings.df - sum(share.df for share in alone)
    rest = max(0.0, settings.share - sum(share.share for share in alone))
    together = [Share(TOGETHER, 0, df, 0.0, rest, 0.0)] if df > 0 else []
    ranked = sorted(alone, key=lambda share: -share.share) + together
    return [
        _effect(share, share.df * below / whole.total, _range(rows, share.factor))
        for share in ranked
    ]


def _effect(share: Share, expected: float, usual: float, widest: float = nan) -> Effect:
    chance = by_chance(share.factor)
    return Effect(share.factor, share.levels, share.share, expected, usual, widest, chance)


def _range(rows: Rows, factor: str) -> float:
    if factor == TOGETHER:
        return nan
    means = [spread.mean for spread in spreads(rows, _VALUE, factor)]
    return max(means) - min(means)


def _settings(rows: Rows, chance: Sequence[str]) -> tuple[Setting, ...]:
    """Return the best and the worst case of runs that differ in orders and seeds alone."""
    settings = []
    for spread in spreads(rows, _VALUE, _SETTING):
        same = [row for row in rows if row[_SETTING] == spread.level]
        over = {name: moved(same, _VALUE, name, chance[:n]) for n, name in enumerate(chance)}
        usual = {name: each.usual if each.cells else nan for name, each in over.items()}
        bounds = _bounds([row[_RUN] for row in same])
        settings.append(Setting(str(spread.level), spread, usual, bounds, len(same)))
    return tuple(settings)


def _bounds(runs: Sequence[RunScores]) -> tuple[float, float]:
    """Return the means of the worst and of the best that any run has, example by example."""
    by_example = list(zip(*common_scores(runs), strict=True))
    if not by_example:
        return nan, nan
    return fmean(map(min, by_example)), fmean(map(max, by_example))


def _different(strips: Sequence[Strip]) -> tuple[Strip, ...]:
    """Leave out strips of runs that an earlier one has, as where a single setting was varied."""
    kept: dict[frozenset[tuple[str, float]], Strip] = {}
    for strip in strips:
        kept.setdefault(frozenset(strip.runs), strip)
    return tuple(kept.values())


def _by_level(rows: Rows, meant: Sequence[str]) -> list[Strip]:
    return [
        _strip(f"{name} {' '.join(level.split())}", [row for row in rows if row[name] == level])
        for name in meant
        for level in ordered([row[name] for row in rows])
    ]


def _by_set(rows: Rows, chance: Sequence[str]) -> list[Strip]:
    """Return the runs that differ in the innermost seed or order alone."""
    sets: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: [str(row[each]) for each in (_SETTING, *chance)]):
        outer = [f"{name} {row[name]}" for name in chance[:-1]]
        sets.setdefault(", ".join([row[_SETTING], *outer]), []).append(row)
    return [_strip(name, several) for name, several in sets.items()]


def _strip(name: str, rows: Rows) -> Strip:
    return Strip(name, tuple((row[_NAME], row[_VALUE]) for row in rows))


def _noise(runs: Sequence[RunScores]) -> float:
    """Return how much the choice of examples alone would move the score; NaN where unknown."""
    table = common_scores(runs)
    if len(table) < 2 or len(table[0]) < 2:
        return nan
    return variance_by_examples(table)


def by_chance(factor: str) -> bool:
    """Say whether a factor is an order or a seed, which is not meant to matter."""
    return _is_order(factor) or factor.rpartition(".")[2] == "seed"


def _is_order(factor: str) -> bool:
    return factor.partition(".")[0] == "ordering"


def said(factor: str) -> str:
    """Say what an order or a seed stands for."""
    stage, _, field = factor.partition(".")
    known = {"ordering": "the order", "selection": "the draw of the demonstrations"}
    return known.get(stage, "the seed" if field in ("", "seed") else factor)


def share_sentence(parts: Sensitivity) -> str:
    """Say where the variance is."""
    ranked = sorted(parts.effects, key=lambda effect: -effect.share)
    named = ", ".join(f"{each.factor} {percent(each.share, 0)} %" for each in ranked[:NAMED])
    return f"shares of the variance between {parts.runs:,} runs: {named}"


def warning(undone: Sequence[Fragile]) -> str:
    """Say that a lead is smaller than what an order or a seed moves."""
    first = undone[0]
    moves = " and ".join(f"{said(each.over)} ({percent(each.spread)} points)" for each in undone)
    return (
        f"{first.better}'s lead of {percent(first.gain)} points over {first.worse}, on average, is "
        f"smaller than what {moves} alone {'moves' if len(undone) == 1 else 'move'}: one run of "
        "each would not tell which is better"
    )
