"""The cells of a table that are compared: the best of them, and what is not told apart from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isclose, nan
from statistics import fmean, stdev

from promptlab.analysis.comparison.compare import comparison
from promptlab.analysis.comparison.pair import Pair
from promptlab.analysis.comparison.runs import RunScores, distinct_names
from promptlab.analysis.comparison.variant import RankedVariant, count_examples
from promptlab.report.paper.over_seeds import over_seeds

ALPHA = 0.05


@dataclass(frozen=True)
class Cell:
    """The runs that differ in their seeds alone.

    Attributes:
        values: The score of each.
        examples: How many each answered.
        best: None that it is compared with is better; never where it is compared with none.
        together: It is not the best, and not told apart from it.
        holm: The p-value of its difference from the best, after Holm; NaN for the best.
    """

    values: tuple[float, ...]
    examples: int
    best: bool = False
    together: bool = False
    holm: float = nan

    @property
    def mean(self) -> float:
        """Of the runs."""
        return fmean(self.values)

    @property
    def deviation(self) -> float:
        """The standard deviation of the runs, of a sample; NaN for one run."""
        return stdev(self.values) if len(self.values) > 1 else nan

    @property
    def worst(self) -> float:
        """The lowest of the runs."""
        return min(self.values)


def judged(
    cells: Sequence[Sequence[RunScores]], names: Sequence[str], metric: str, notes: list[str]
) -> list[Cell]:
    """Compare cells by their examples, and find the best.

    Args:
        cells: The runs of each, all of one data set.
        names: Of the cells, for notes.
        metric: What is compared.
        notes: What is to be said of the comparison is added to them.
    """
    merged = [over_seeds(runs) for runs in cells]
    plain = [
        Cell(tuple(fmean(run.scores.values()) for run in runs), count_examples(whole))
        for runs, whole in zip(cells, merged, strict=True)
    ]
    if len(plain) == 1:
        return plain
    named = [replace(run, name=name) for run, name in zip(merged, names, strict=True)]
    rivals = distinct_names(named)
    found = comparison(rivals, metric, alpha=ALPHA)
    notes += found.notes
    ranked = {variant.name: variant for variant in found.variants}
    behind = {pair.b: pair for pair in found.against_best}
    return [
        _placed(cell, ranked[rival.name], found.variants[0], behind.get(rival.name))
        for cell, rival in zip(plain, rivals, strict=True)
    ]


def _placed(cell: Cell, own: RankedVariant, best: RankedVariant, pair: Pair | None) -> Cell:
    """Say of a cell whether it is the best, or not told apart from that."""
    is_best = own is best or isclose(own.mean, best.mean, abs_tol=1e-12)
    if pair is None:  # the best itself, or what shares no example with it
        return replace(cell, best=is_best, together=False, holm=nan)
    apart = pair.holm < ALPHA and pair.found.difference > 0
    return replace(cell, best=is_best, together=not (is_best or apart), holm=pair.holm)
