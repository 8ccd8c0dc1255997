"""Two variants: how they differ on the examples that both answered, and what that says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from promptlab.analysis.comparison.runs import Key, RunScores
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
    """Return the difference of every pair that shares examples, on those examples."""
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


def _pair(one: RunScores, other: RunScores, keys: Sequence[Key], seed: int) -> Difference:
    first, second = [one.scores[key] for key in keys], [other.scores[key] for key in keys]
    return paired_difference(first, second, [key[:2] for key in keys], seed=seed)


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
