"""A comparison: variants ranked, and every pair tested on the examples that both answered."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any

from promptlab.comparison.runs import Key, Run, folders_of, merged, named_apart, read_run
from promptlab.statistics import (
    Difference,
    Interval,
    bca,
    benjamini_hochberg,
    compact_letters,
    holm,
    minimum_detectable_effect,
    paired_difference,
    paired_differences,
    sentence,
    standard_error,
    wilson,
)
from promptlab.statistics.paired import EXACT

LETTERED = 60
"""Variants up to which they get letters."""
NEARLY_ALL = 0.9
"""The share of the examples that a variant must have to be ranked among those that have all: a mean
over a few, which may be easy ones, is no better than one over all."""


@dataclass(frozen=True)
class Variant:
    """One row of the ranking.

    Attributes:
        run: Its run, or runs.
        examples: Different examples answered.
        mean: Of the scores.
        low: Lower end of the 95 % interval: Wilson's for right and wrong, else BCa.
        high: Upper end.
        stderr: Of the mean, clustered by example.
        letters: Variants that share a letter cannot be told apart after Holm; empty where there
            are too many variants to be read so.
    """

    run: Run
    examples: int
    mean: float
    low: float
    high: float
    stderr: float
    letters: str

    @property
    def name(self) -> str:
        """The variant's name."""
        return self.run.name


@dataclass(frozen=True)
class Pair:
    """Two variants, the first ranked above the second.

    Attributes:
        a: The first one's name.
        b: The second one's name.
        found: Their difference, on the examples both answered.
        holm: Its p-value after Holm.
        benjamini_hochberg: Its p-value after Benjamini and Hochberg.
        sentence: What this says.
    """

    a: str
    b: str
    found: Difference
    holm: float
    benjamini_hochberg: float
    sentence: str


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
    """

    dataset: str
    metric: str
    variants: tuple[Variant, ...]
    pairs: tuple[Pair, ...]
    baseline: str
    against_baseline: tuple[Pair, ...]
    detectable: float | None
    notes: tuple[str, ...]

    @property
    def against_best(self) -> tuple[Pair, ...]:
        """The best with each other one; corrected for all pairs, as it was chosen by looking."""
        return tuple(pair for pair in self.pairs if pair.a == self.variants[0].name)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The comparison in words: with the best, then with the baseline."""
        told = [pair.sentence for pair in (*self.against_best, *self.against_baseline)]
        return tuple(dict.fromkeys(told))

    def rows(self) -> list[dict[str, Any]]:
        """Return the ranking as plain data, ready for a data frame."""
        best = {pair.b: pair for pair in self.against_best}
        return [
            _row(rank, variant, self.metric, best.get(variant.name))
            for rank, variant in enumerate(self.variants, start=1)
        ]


def compare(
    paths: Iterable[Path | str],
    *,
    metric: str = "accuracy",
    baseline: str = "",
    repeated: str = "",
    alpha: float = 0.05,
    seed: int = 0,
    read: Callable[[Path, str], Run] = read_run,
) -> tuple[Comparison, ...]:
    """Compare the runs in these folders, those of each data set apart, most runs first.

    Args:
        paths: Folders of runs, or of sweeps.
        metric: The score to compare.
        baseline: A variant's name.
        repeated: The part of the names that tells repetitions of one variant apart: `seed`.
        alpha: Below which a corrected p-value tells two variants apart.
        seed: Of the resamples.
        read: Reads one folder's scores in a metric.

    Raises:
        FileNotFoundError: there is no run to be found.
        ValueError: no run has the metric, or the baseline; those that there are are named.
    """
    runs = [read(folder, metric) for folder in folders_of(paths)]
    notes = [note for run in runs for note in run.notes]
    scored = [run for run in runs if run.scores]
    notes += [f"{run.name}: no trial has {metric!r}, left out" for run in runs if not run.scores]
    if not scored:
        raise ValueError(f"no run has a score {metric!r}: " + "; ".join(notes))
    apart = by_dataset(scored)
    groups = [named_apart(merged(group, repeated) if repeated else group) for group in apart]
    _check_baseline(baseline, groups)
    return tuple(
        comparison(
            group,
            metric,
            baseline=baseline if any(run.name == baseline for run in group) else "",
            alpha=alpha,
            seed=seed,
            notes=(*notes, *_others(group, groups)),
        )
        for group in groups
    )


def comparison(
    runs: Sequence[Run],
    metric: str,
    *,
    baseline: str = "",
    alpha: float = 0.05,
    seed: int = 0,
    notes: Sequence[str] = (),
) -> Comparison:
    """Compare runs of one data set."""
    most = max(map(_examples, runs))
    ranked = sorted(
        runs,
        key=lambda run: (
            _examples(run) < NEARLY_ALL * most,
            -fmean(run.scores.values()),
            run.name,
        ),
    )
    found = differences(ranked, seed)
    pairs = _corrected(ranked, found, alpha)
    apart = [pair for pair, tested in zip(found, pairs, strict=True) if tested.holm < alpha]
    few = len(ranked) <= LETTERED
    letters = compact_letters(len(ranked), apart) if few else [""] * len(ranked)
    return Comparison(
        dataset=ranked[0].dataset,
        metric=metric,
        variants=tuple(map(_variant, ranked, letters)),
        pairs=tuple(pairs),
        baseline=baseline,
        against_baseline=tuple(_corrected(ranked, _with(ranked, found, baseline), alpha)),
        detectable=_detectable(found.values(), alpha),
        notes=(*notes, *_gaps(ranked, found)),
    )


def differences(runs: Sequence[Run], seed: int) -> dict[tuple[int, int], Difference]:
    """Return the difference of every pair, on the examples that both have; none, no pair."""
    keys = [frozenset(run.scores) for run in runs]
    if len(set(keys)) == 1:
        order = sorted(keys[0])
        rows = [[run.scores[key] for key in order] for run in runs]
        return paired_differences(rows, [key[:2] for key in order], seed=seed)
    return {
        (i, j): _pair(runs[i], runs[j], sorted(keys[i] & keys[j]), seed)
        for i in range(len(runs))
        for j in range(i + 1, len(runs))
        if keys[i] & keys[j]
    }


def by_dataset(runs: Sequence[Run]) -> list[list[Run]]:
    """Part runs by data set, most runs first.

    A run that never said what it was run on goes where it shares the most examples.
    """
    groups: dict[str, list[Run]] = {}
    for run in sorted(runs, key=lambda run: not run.dataset):
        dataset = run.dataset or _nearest(run, groups)
        groups.setdefault(dataset, []).append(run)
    return sorted(groups.values(), key=len, reverse=True)


def _nearest(run: Run, groups: Mapping[str, Sequence[Run]]) -> str:
    shared = {
        dataset: max(len(run.scores.keys() & other.scores.keys()) for other in others)
        for dataset, others in groups.items()
    }
    best = max(shared, key=lambda dataset: shared[dataset], default="")
    return best if shared.get(best) else ""


def _pair(one: Run, other: Run, keys: Sequence[Key], seed: int) -> Difference:
    first, second = [one.scores[key] for key in keys], [other.scores[key] for key in keys]
    return paired_difference(first, second, [key[:2] for key in keys], seed=seed)


def _with(
    runs: Sequence[Run], found: Mapping[tuple[int, int], Difference], baseline: str
) -> dict[tuple[int, int], Difference]:
    """Return the pairs that the baseline is one of."""
    return {
        (i, j): difference
        for (i, j), difference in found.items()
        if baseline and baseline in {runs[i].name, runs[j].name}
    }


def _corrected(
    runs: Sequence[Run], found: Mapping[tuple[int, int], Difference], alpha: float
) -> list[Pair]:
    """Correct the p-values of these pairs for their number, and say what they mean."""
    raw = [difference.pvalue for difference in found.values()]
    after, discovery = holm(raw).tolist(), benjamini_hochberg(raw).tolist()
    correction = "Holm" if len(raw) > 1 else ""
    return [
        Pair(
            runs[i].name,
            runs[j].name,
            difference,
            after[number],
            discovery[number],
            sentence(
                runs[i].name,
                runs[j].name,
                difference,
                pvalue=after[number],
                correction=correction,
                alpha=alpha,
            ),
        )
        for number, ((i, j), difference) in enumerate(found.items())
    ]


def _variant(run: Run, letters: str) -> Variant:
    scores, ids = list(run.scores.values()), [key[:2] for key in run.scores]
    examples, mean = _examples(run), fmean(scores)
    low, high = _interval(scores, ids, examples)
    return Variant(run, examples, mean, low, high, standard_error(scores, ids), letters)


def _examples(run: Run) -> int:
    """Count the different examples that a run has scores of."""
    return len({key[:2] for key in run.scores})


def _interval(scores: Sequence[float], ids: Sequence[tuple[str, str]], examples: int) -> Interval:
    if set(scores) <= {0.0, 1.0}:
        if examples == len(scores):
            return wilson(int(sum(scores)), len(scores))
        if len(set(scores)) == 1:
            # Of repeated answers that are all right a resample knows no spread; examples do.
            return wilson(int(scores[0]) * examples, examples)
    return bca(scores, ids)


def _detectable(found: Iterable[Difference], alpha: float) -> float | None:
    """Return what these examples can show between variants that disagree as much as these."""
    found = list(found)
    usual = median([each.discordant for each in found]) if found else 2.0
    graded = any(each.method != EXACT for each in found)
    if usual > 1:
        return None
    fewest = min(each.examples for each in found)
    return minimum_detectable_effect(fewest, usual, alpha=alpha, graded=graded)


def _gaps(runs: Sequence[Run], found: Mapping[tuple[int, int], Difference]) -> Iterator[str]:
    """Note the examples that not all variants answered, and the pairs that share none."""
    every = frozenset().union(*(run.scores for run in runs))
    most = max(map(_examples, runs))
    for run in runs:
        missing = len(every - run.scores.keys())
        if missing:
            few = _examples(run) < NEARLY_ALL * most
            yield (
                f"{run.name}: lacks {missing} of {len(every)} answers; "
                + ("ranked after those that have nearly all; " if few else "")
                + "each pair is compared on the examples that both have"
            )
    pairs = len(runs) * (len(runs) - 1) // 2
    if len(found) < pairs:
        apart = pairs - len(found)
        said = "1 pair of variants shares" if apart == 1 else f"{apart} pairs of variants share"
        yield f"{said} no example and cannot be compared"


def _others(group: Sequence[Run], groups: Sequence[Sequence[Run]]) -> Iterator[str]:
    for other in groups:
        if other is not group:
            name = other[0].dataset or "an unknown data set"
            yield f"{', '.join(run.name for run in other)}: run on {name}, compared apart"


def _check_baseline(baseline: str, groups: Sequence[Sequence[Run]]) -> None:
    names = sorted({run.name for group in groups for run in group})
    if baseline and baseline not in names:
        raise ValueError(f"baseline is {baseline!r}; expected one of {', '.join(names)}")


def _row(rank: int, variant: Variant, metric: str, pair: Pair | None) -> dict[str, Any]:
    result = variant.run.result
    costs, timings = result.get("metrics", {}), result.get("timings", {})
    return {
        "rank": rank,
        "variant": variant.name,
        "examples": variant.examples,
        metric: variant.mean,
        "low": variant.low,
        "high": variant.high,
        "group": variant.letters,
        "behind": pair.found.difference if pair else 0.0,
        "pvalue": pair.found.pvalue if pair else None,
        "holm": pair.holm if pair else None,
        "benjamini_hochberg": pair.benjamini_hochberg if pair else None,
        "outcomes": dict(variant.run.outcomes),
        "prompt_tokens": costs.get("prompt_tokens"),
        "completion_tokens": costs.get("completion_tokens"),
        "calls": costs.get("calls"),
        "seconds": timings.get("seconds"),
    }
