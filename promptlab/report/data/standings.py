"""The standings of a sweep: the comparison of its variants, with every answer at hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from math import isnan
from pathlib import Path
from typing import Any

from promptlab.analysis.comparison.by_dataset import name_datasets
from promptlab.analysis.comparison.compare import Comparison, compare
from promptlab.analysis.comparison.pair import Pair
from promptlab.analysis.comparison.repeats import SEED
from promptlab.analysis.comparison.runs import RunScores
from promptlab.analysis.comparison.variant import RankedVariant, summarise
from promptlab.records.files import section
from promptlab.records.runs import find_runs
from promptlab.report.data.reading.answers import Answered, Asked, Item, SweepAnswers
from promptlab.report.data.reading.cost import Cost, cost, front
from promptlab.report.data.reading.factors import factors
from promptlab.report.data.reading.run_settings import run_settings
from promptlab.report.data.views.curves import Curve, curves
from promptlab.report.data.views.reliability import Reliability, reliabilities
from promptlab.report.data.views.slices import SlicedField, sliced_fields
from promptlab.report.judges import Said, judges
from promptlab.report.leaderboard import distinct

LETTERED = 40
"""Variants up to which significance letters are shown; of more they are too many to be read."""


@dataclass(frozen=True)
class Place:
    """A variant's place in the ranking, with all that a table says of it.

    Attributes:
        rank: From 1.
        variant: Its scores.
        behind: The best variant against this one; None for the best, or where they share nothing.
        model: The name of the model that answered; empty where its run did not finish.
        kinds: How many of its answers were right, wrong, unparsed, …
        named: Answers whose text names the gold answer, though it was not taken.
        cost: What it cost.
        pareto: No other variant is better and as cheap.
    """

    rank: int
    variant: RankedVariant
    behind: Pair | None
    model: str
    kinds: Mapping[str, int]
    named: int
    cost: Cost
    pareto: bool

    @property
    def name(self) -> str:
        """The variant's name."""
        return self.variant.name


@dataclass(frozen=True)
class Standings:
    """The variants of one data set.

    Attributes:
        comparison: Of their scores.
        items: What was asked.
        answers: By variant and example.
        results: Each variant's `result.json`, one for each of its runs.
        judges: What is said of those who judged its answers.
    """

    comparison: Comparison
    items: Mapping[Asked, Item]
    answers: Mapping[str, Mapping[Asked, Sequence[Answered]]]
    results: Mapping[str, Sequence[Mapping[str, Any]]]
    judges: tuple[Said, ...] = ()

    @property
    def variants(self) -> tuple[RankedVariant, ...]:
        """Best first."""
        return self.comparison.variants

    @property
    def names(self) -> list[str]:
        """Of the variants, best first."""
        return [variant.name for variant in self.variants]

    @property
    def title(self) -> str:
        """The name of the data set."""
        return self.comparison.dataset or "an unnamed data set"

    @property
    def models(self) -> list[str]:
        """The names of the models that answered."""
        return sorted(set(map(_model, self.results.values())) - {""})

    @property
    def repeated(self) -> bool:
        """Whether any variant was run with several seeds, which are taken together."""
        return any(variant.run.repeats for variant in self.variants)

    @cached_property
    def apart(self) -> "Standings":
        """Every run by itself, with nothing compared: for what seeds and orders move."""
        runs = [summarise(run, "") for run in self.comparison.runs]
        runs.sort(key=lambda each: (-each.mean, each.name))
        alone = replace(
            self.comparison,
            variants=tuple(runs),
            pairs=(),
            baseline="",
            against_baseline=(),
            notes=(),
        )
        return Standings(alone, {}, {}, {each.name: [each.run.result] for each in runs})

    def lettered(self, most: int = LETTERED) -> bool:
        """Say whether variants have significance letters, and few enough to be read."""
        return len(self.variants) <= most and bool(self.variants[0].letters)

    @cached_property
    def ranking(self) -> list[Place]:
        """The variants, best first."""
        return _ranking(self)

    @property
    def priced(self) -> bool:
        """Whether a price was said of any variant."""
        return not all(isnan(place.cost.money) for place in self.ranking)

    @cached_property
    def factors(self) -> dict[str, list[str]]:
        """What was swept, with the level of each variant, best first."""
        return factors([self.config(name) for name in self.names])

    @cached_property
    def curves(self) -> tuple[Curve, ...]:
        """The score over the number of demonstrations, the highest first; maybe none."""
        runs = self.apart
        told = [run_settings(runs.results[name][0], self.title) for name in runs.names]
        return curves(runs.variants, told)

    @cached_property
    def reliabilities(self) -> tuple[Reliability, ...]:
        """How sure each variant is, best first; of those alone whose answers have a confidence."""
        return reliabilities(self.names, self.answers)

    @cached_property
    def slices(self) -> tuple[SlicedField, ...]:
        """The score by each field that the runs were sliced by; maybe none."""
        return sliced_fields(self.names, self.results, self.comparison.metric)

    def config(self, variant: str) -> Mapping[str, Any]:
        """Return a variant's config; empty where its run did not finish."""
        for result in self.results[variant]:
            config = result.get("config")
            if isinstance(config, Mapping):
                return config
        return {}

    def pair(self, one: str, other: str) -> Pair | None:
        """Return the comparison of two variants in either order; None where they share nothing."""
        return self._pairs.get(frozenset((one, other)))

    @cached_property
    def _pairs(self) -> dict[frozenset[str], Pair]:
        return {frozenset((pair.a, pair.b)): pair for pair in self.comparison.pairs}


def read_standings(
    paths: Iterable[Path | str],
    *,
    metric: str = "accuracy",
    baseline: str = "",
    repeated: str = SEED,
) -> tuple[Standings, ...]:
    """Read the runs in these folders, and compare those of each data set, most runs first.

    Variants are named by the parts of their names that not all of them share. Those that asked the
    same are one, and seeds are its repeats.

    Args:
        paths: Folders of runs, or of sweeps.
        metric: The score to compare.
        baseline: The name of the variant that the others are meant to beat, in full or as shown.
        repeated: The part of the names that tells repetitions of one variant apart: `seed`; empty
            to show each by itself.

    Raises:
        FileNotFoundError: there is no run to be found.
        ValueError: no run has the metric, or the baseline; those that there are are named.
    """
    answers, paths = SweepAnswers(), list(paths)
    folders = find_runs(paths)
    read = name_datasets(answers.read(folder, metric) for folder in folders)
    full = dict(zip(folders, read, strict=True))
    short = _shortened(full)
    found = compare(
        folders,
        metric=metric,
        baseline=_shown(baseline, full, short),
        repeated=repeated,
        read=lambda folder, _: short[folder],
    )
    sweeps = tuple(_sweep(comparison, answers) for comparison in _noted_once(found))
    return _judged(sweeps, judges(paths, folders))


def _judged(sweeps: tuple[Standings, ...], said: Sequence[Said]) -> tuple[Standings, ...]:
    """Tell of each judge where its data set is; of one whose data set has another name, first."""
    titles = {sweep.title for sweep in sweeps}
    own = [[each for each in said if sweep.title in each.datasets] for sweep in sweeps]
    own[0] += [each for each in said if not titles & set(each.datasets)]
    return tuple(
        replace(sweep, judges=tuple(some)) for sweep, some in zip(sweeps, own, strict=True)
    )


def _noted_once(found: Sequence[Comparison]) -> list[Comparison]:
    """Leave out of the later comparisons the notes that the first one has."""
    first, *others = found
    told = frozenset(first.notes)
    names = [{variant.name for variant in each.variants} for each in others]
    return [
        first,
        *(
            replace(each, notes=tuple(note for note in each.notes if _own(note, own, told)))
            for each, own in zip(others, names, strict=True)
        ),
    ]


def _own(note: str, names: set[str], told: frozenset[str]) -> bool:
    """Say whether a note is of one of these variants, or new and not of another data set."""
    of = note.partition(": ")[0]
    return of in names or (note not in told and not note.endswith("compared apart"))


def _shortened(runs: Mapping[Path, RunScores]) -> dict[Path, RunScores]:
    """Leave out of the names what all variants of a data set share."""
    short: dict[Path, RunScores] = {}
    for dataset in {run.dataset for run in runs.values()}:
        same = {folder: run for folder, run in runs.items() if run.dataset == dataset}
        named = dict.fromkeys(run.name for run in same.values())
        shown = dict(zip(named, distinct(list(named)), strict=True))
        for folder, run in same.items():
            short[folder] = replace(run, name=shown[run.name])
    return short


def _shown(baseline: str, full: Mapping[Path, RunScores], short: Mapping[Path, RunScores]) -> str:
    """Find the name under which a baseline is shown."""
    shown = {run.name: short[folder].name for folder, run in full.items()}
    return shown.get(baseline, baseline)


def _sweep(comparison: Comparison, read: SweepAnswers) -> Standings:
    answers: dict[str, dict[Asked, list[Answered]]] = {}
    for variant in comparison.variants:
        joined = answers.setdefault(variant.name, {})
        for folder in variant.run.folders:
            for asked, given in read.of[folder].items():
                joined.setdefault(asked, []).extend(given)
    every = dict.fromkeys(chain.from_iterable(answers.values()))
    results = {
        variant.name: [read.runs[folder].result for folder in variant.run.folders]
        for variant in comparison.variants
    }
    return Standings(comparison, {each: read.items[each] for each in every}, answers, results)


def _ranking(sweep: Standings) -> list[Place]:
    given = {name: list(chain.from_iterable(sweep.answers[name].values())) for name in sweep.names}
    costs = [cost(given[name], sweep.results[name]) for name in sweep.names]
    marks = front([(round(c.tokens), v.mean) for c, v in zip(costs, sweep.variants, strict=True)])
    best = {pair.b: pair for pair in sweep.comparison.against_best}
    return [
        Place(
            rank,
            variant,
            best.get(variant.name),
            _model(sweep.results[variant.name]),
            _kinds(given[variant.name]),
            sum(answer.named for answer in given[variant.name]),
            costs[rank - 1],
            pareto=marks[rank - 1] and costs[rank - 1].tokens > 0,
        )
        for rank, variant in enumerate(sweep.variants, start=1)
    ]


def _model(results: Sequence[Mapping[str, Any]]) -> str:
    names = (str(section(result, "model").get("name") or "") for result in results)
    return next(filter(None, names), "")


def _kinds(answers: Iterable[Answered]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for answer in answers:
        counts[answer.kind] = counts.get(answer.kind, 0) + 1
    return counts
