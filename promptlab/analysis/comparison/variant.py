"""One variant: its mean, and how far it can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from promptlab.analysis.comparison.runs import RunScores
from promptlab.analysis.statistics import Interval, bca, standard_error, wilson


@dataclass(frozen=True)
class RankedVariant:
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

    run: RunScores
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


def summarise(run: RunScores, letters: str) -> RankedVariant:
    """Sum up a run's scores."""
    scores, ids = list(run.scores.values()), [key[:2] for key in run.scores]
    examples, mean = count_examples(run), fmean(scores)
    low, high = _interval(scores, ids, examples)
    return RankedVariant(run, examples, mean, low, high, standard_error(scores, ids), letters)


def count_examples(run: RunScores) -> int:
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
