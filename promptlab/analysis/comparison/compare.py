"""A comparison: variants ranked, and every pair tested on the examples that both answered."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

from promptlab.analysis.comparison.by_dataset import group_by_dataset, note_others
from promptlab.analysis.comparison.key import Key
from promptlab.analysis.comparison.pair import Pair, correct_pairs, differences
from promptlab.analysis.comparison.repeats import SEED, merge_repeats
from promptlab.analysis.comparison.runs import (
    RunScores,
    distinct_names,
    read_run,
)
from promptlab.analysis.comparison.same_prompts import join_same, note_same
from promptlab.analysis.comparison.variant import RankedVariant, count_examples, summarise
from promptlab.analysis.statistics import Difference, compact_letters, minimum_detectable_effect
from promptlab.analysis.statistics.difference import EXACT
from promptlab.records.runs import find_runs

LETTERED = 60
"""Variants up to which they get letters."""
NEARLY_ALL = 0.9
"""The share of the examples that a variant must have to be ranked among those that have all: a mean
over a few, which may be easy ones, is no better than one over all."""


@dataclass(frozen=True)
class Comparison:
    """All variants of one data set.

    Attributes:
        dataset: Its name.
        metric: The score compared.
        variants: Best first.
        pairs: Every pair; its p-values are corrected for all of them.
        baseline: The name of the variant that the others are meant to beat; may be empty.
        against_baseline: Each other variant with the baseline; these p-values are corrected for
            these pairs alone, because they were chosen beforehand.
        detectable: The difference that so many examples show four times in five, between variants
            that disagree as often as these do; None where the scores have no common scale.
        notes: What was left out, and why.
        runs: Every run by itself, before those of one variant were taken together.
    """

    dataset: str
    metric: str
    variants: tuple[RankedVariant, ...]
    pairs: tuple[Pair, ...]
    baseline: str
    against_baseline: tuple[Pair, ...]
    detectable: float | None
    notes: tuple[str, ...]
    runs: tuple[RunScores, ...] = ()

    @property
    def against_best(self) -> tuple[Pair, ...]:
        """The best with each other one; corrected for all pairs, as it was chosen by looking."""
        return tuple(pair for pair in self.pairs if pair.a == self.variants[0].name)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The comparison in words: with the best, then with the baseline."""
        texts = [pair.sentence for pair in (*self.against_best, *self.against_baseline)]
        return tuple(dict.fromkeys(texts))


def compare(
    paths: Iterable[Path | str],
    *,
    metric: str = "accuracy",
    baseline: str = "",
    repeated: str = SEED,
    alpha: float = 0.05,
    seed: int = 0,
    read: Callable[[Path, str], RunScores] = read_run,
) -> tuple[Comparison, ...]:
    """Compare the runs in these folders, those of each data set apart, most runs first.

    Runs that asked the same are one variant, and seeds are its repeats: what is corrected for the
    number of comparisons counts each variant once.

    Args:
        paths: Folders of runs, or of sweeps.
        metric: The score to compare.
        baseline: A variant's name.
        repeated: The part of the names that tells repetitions of one variant apart: `seed`; empty
            to compare each by itself.
        alpha: Below which a corrected p-value tells two variants apart.
        seed: Of the resamples.
        read: Reads one folder's scores in a metric.

    Raises:
        FileNotFoundError: there is no run to be found.
        ValueError: no run has the metric, or the baseline; those that there are are named.
    """
    runs = [read(folder, metric) for folder in find_runs(paths)]
    notes = [note for run in runs for note in run.notes]
    scored = [run for run in runs if run.scores]
    notes += [f"{run.name}: no trial has {metric!r}, left out" for run in runs if not run.scores]
    if not scored:
        raise ValueError(f"no run has a score {metric!r}: " + "; ".join(notes))
    datasets = group_by_dataset(scored)
    joined = [join_same(merge_repeats(group, repeated)) for group in datasets]
    groups = list(map(distinct_names, joined))
    _check_baseline(baseline, groups)
    return tuple(
        comparison(
            group,
            metric,
            baseline=_named(baseline, group),
            alpha=alpha,
            seed=seed,
            notes=(*notes, *note_same(group), *note_others(group, groups)),
            every=distinct_names(alone),
        )
        for group, alone in zip(groups, datasets, strict=True)
    )


def comparison(
    runs: Sequence[RunScores],
    metric: str,
    *,
    baseline: str = "",
    alpha: float = 0.05,
    seed: int = 0,
    notes: Sequence[str] = (),
    every: Sequence[RunScores] = (),
) -> Comparison:
    """Compare the variants of one data set; `every` is each run by itself."""
    most = max(map(count_examples, runs))
    ranked = sorted(
        runs,
        key=lambda run: (
            count_examples(run) < NEARLY_ALL * most,
            -fmean(run.scores.values()),
            run.name,
        ),
    )
    tests = differences(ranked, seed)
    pairs = correct_pairs(ranked, tests, alpha)
    different = [pair for pair, tested in zip(tests, pairs, strict=True) if tested.holm < alpha]
    few = len(ranked) <= LETTERED
    letters = compact_letters(len(ranked), different) if few else [""] * len(ranked)
    return Comparison(
        dataset=ranked[0].dataset,
        metric=metric,
        variants=tuple(map(summarise, ranked, letters)),
        pairs=tuple(pairs),
        baseline=baseline,
        against_baseline=tuple(correct_pairs(ranked, _with(ranked, tests, baseline), alpha)),
        detectable=_detectable(tests.values(), alpha),
        notes=(*notes, *_gaps(ranked, tests)),
        runs=tuple(every or ranked),
    )


def _detectable(tests: Iterable[Difference], alpha: float) -> float | None:
    """Return what these examples can show between variants that disagree as much as these."""
    tests = list(tests)
    discordant = median([difference.discordant for difference in tests]) if tests else 2.0
    graded = any(difference.method != EXACT for difference in tests)
    if discordant > 1:
        return None
    fewest = min(difference.examples for difference in tests)
    return minimum_detectable_effect(fewest, discordant, alpha=alpha, graded=graded)


def _gaps(runs: Sequence[RunScores], tests: Mapping[tuple[int, int], Difference]) -> Iterator[str]:
    """Note the examples that not all variants answered, and the pairs that share none."""
    answers = frozenset(key for run in runs for key in run.scores)
    most = max(map(count_examples, runs))
    for run in runs:
        expected = _expected(run, answers)
        missing = len(expected - run.scores.keys())
        if missing:
            few = count_examples(run) < NEARLY_ALL * most
            yield (
                f"{run.name}: lacks {missing} of {len(expected)} answers; "
                + ("ranked after those that have nearly all; " if few else "")
                + "each pair is compared on the examples that both have"
            )
    pairs = len(runs) * (len(runs) - 1) // 2
    if len(tests) < pairs:
        unpaired = pairs - len(tests)
        subject = (
            "1 pair of variants shares" if unpaired == 1 else f"{unpaired} pairs of variants share"
        )
        yield f"{subject} no example and cannot be compared"


def _expected(run: RunScores, answers: frozenset[Key]) -> frozenset[Key]:
    """Return the answers that a run would have to every example, with each of its own seeds."""
    seeds = {key.repeat for key in run.scores}
    if seeds == {""} and not any(key.repeat for key in answers):
        return answers
    numbers = {key._replace(occurrence=key.occurrence.rpartition(" ")[2]) for key in answers}
    labels = [f"{seed} " if seed else "" for seed in seeds]
    return frozenset(
        key._replace(occurrence=f"{label}{key.occurrence}") for key in numbers for label in labels
    )


def _named(baseline: str, runs: Sequence[RunScores]) -> str:
    """Return the name of the variant that a baseline stands for; empty where it is not there."""
    for run in runs:
        if baseline == run.name or baseline in {name for name, _ in run.same}:
            return run.name
    return ""


def _check_baseline(baseline: str, groups: Sequence[Sequence[RunScores]]) -> None:
    names = sorted({run.name for group in groups for run in group})
    if baseline and not any(_named(baseline, group) for group in groups):
        raise ValueError(f"baseline is {baseline!r}; expected one of {', '.join(names)}")


def _with(
    runs: Sequence[RunScores], tests: Mapping[tuple[int, int], Difference], baseline: str
) -> dict[tuple[int, int], Difference]:
    """Return the pairs that the baseline is one of."""
    return {
        (i, j): difference
        for (i, j), difference in tests.items()
        if baseline and baseline in {runs[i].name, runs[j].name}
    }
