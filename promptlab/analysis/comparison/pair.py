"""Two variants: how they differ on the examples that both answered, and what that says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from promptlab.analysis.comparison.key import Key
from promptlab.analysis.comparison.runs import RunScores
from promptlab.analysis.statistics import (
    Difference,
    benjamini_hochberg,
    holm,
    paired_difference,
    paired_differences,
    sentence,
)


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


def differences(runs: Sequence[RunScores], seed: int) -> dict[tuple[int, int], Difference]:
    """Return the difference of every pair that shares examples, on those examples.

    Variants that were repeated with the same seeds are paired seed by seed, and an example counts
    as one however many answers it has; of other repeats each example's mean is compared.
    """
    keys = [frozenset(run.scores) for run in runs]
    if len(set(keys)) == 1:
        order = sorted(keys[0])
        rows = [[run.scores[key] for key in order] for run in runs]
        return paired_differences(rows, [key.example for key in order], seed=seed)
    pairs = {
        (i, j): _pairable(runs[i], runs[j])
        for i in range(len(runs))
        for j in range(i + 1, len(runs))
    }
    return {places: _pair(*scores, seed) for places, scores in pairs.items() if all(scores)}


def _pairable(one: RunScores, other: RunScores) -> tuple[Mapping[Key, float], Mapping[Key, float]]:
    """Return the scores of two variants that can be paired, by what pairs them."""
    if {key.repeat for key in one.scores} == {key.repeat for key in other.scores}:
        first, second = one.scores, other.scores
    else:
        first, second = mean_scores(one), mean_scores(other)
    shared = sorted(first.keys() & second.keys())
    return {key: first[key] for key in shared}, {key: second[key] for key in shared}


def mean_scores(run: RunScores) -> dict[Key, float]:
    """Return the mean score of each example."""
    several: dict[Key, list[float]] = {}
    for key, score in run.scores.items():
        several.setdefault(key._replace(occurrence=""), []).append(score)
    return {key: fmean(scores) for key, scores in several.items()}


def _pair(one: Mapping[Key, float], other: Mapping[Key, float], seed: int) -> Difference:
    first, second = list(one.values()), list(other.values())
    return paired_difference(first, second, [key.example for key in one], seed=seed)


def correct_pairs(
    runs: Sequence[RunScores], tests: Mapping[tuple[int, int], Difference], alpha: float
) -> list[Pair]:
    """Correct the p-values of these pairs for their number, and say what they mean."""
    raw = [difference.pvalue for difference in tests.values()]
    adjusted, discovery = holm(raw).tolist(), benjamini_hochberg(raw).tolist()
    correction = "Holm" if len(raw) > 1 else ""
    return [
        Pair(
            runs[i].name,
            runs[j].name,
            difference,
            adjusted[number],
            discovery[number],
            sentence(
                runs[i].name,
                runs[j].name,
                difference,
                pvalue=adjusted[number],
                correction=correction,
                alpha=alpha,
            ),
        )
        for number, ((i, j), difference) in enumerate(tests.items())
    ]
