"""The cells of a table that are compared: the best of them, and what is not told apart from it.

A cell shows the mean of its runs, and the best is that of the highest of these. Compared are cells
that answered the same questions; one that answered others, or a part of them (`dataset.limit=`), is
neither the best nor together with it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isclose, nan
from statistics import fmean, stdev

from promptlab.analysis.comparison.compare import NEARLY_ALL, comparison
from promptlab.analysis.comparison.pair import Pair
from promptlab.analysis.comparison.runs import RunScores, distinct_names
from promptlab.analysis.comparison.variant import count_examples
from promptlab.report.paper.over_seeds import over_seeds

ALPHA = 0.05


@dataclass(frozen=True)
class Cell:
    """The runs that differ in their seeds alone.

    Attributes:
        values: The score of each.
        examples: How many each answered.
        best: None that it is compared with is better; never where it is compared with none.
        together: It was compared with the best, is not it, and is not told apart from it.
        aside: It answered other questions than the others, and was not compared.
        holm: The p-value of its difference from the best, after Holm; NaN for the best.
    """

    values: tuple[float, ...]
    examples: int
    best: bool = False
    together: bool = False
    aside: bool = False
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
    alike = _alike(merged)
    notes += (
        f"{name}: answered other questions than most of the cells beside it, or a part of them, "
        "and is not compared with these"
        for name, same in zip(names, alike, strict=True)
        if not same
    )
    compared = [number for number, same in enumerate(alike) if same]
    found = [replace(cell, aside=not same) for cell, same in zip(plain, alike, strict=True)]
    if len(compared) > 1:
        named = [replace(merged[number], name=names[number]) for number in compared]
        placed = _placed([plain[number] for number in compared], named, metric, notes)
        for number, cell in zip(compared, placed, strict=True):
            found[number] = cell
    return found


def _alike(merged: Sequence[RunScores]) -> list[bool]:
    """Say which cells answered nearly all of the questions that most of them answered."""
    asked = [frozenset(key.example for key in run.scores) for run in merged]
    counts = Counter(asked)
    usual = max(asked, key=lambda each: (counts[each], len(each)))
    return [len(each & usual) >= NEARLY_ALL * len(each | usual) for each in asked]


def _placed(
    cells: Sequence[Cell], runs: Sequence[RunScores], metric: str, notes: list[str]
) -> list[Cell]:
    """Say which cell has the highest mean, and which are not told apart from it."""
    rivals = distinct_names(runs)
    found = comparison(rivals, metric, alpha=ALPHA)
    notes += found.notes
    highest = max(cell.mean for cell in cells)
    bests = [_is_equal(cell.mean, highest) for cell in cells]
    best = rivals[bests.index(True)].name
    beside = {_other(pair, best): pair for pair in found.pairs if best in (pair.a, pair.b)}
    return [
        _told(cell, beside.get(rival.name), is_best=is_best)
        for cell, rival, is_best in zip(cells, rivals, bests, strict=True)
    ]


def _is_equal(one: float, other: float) -> bool:
    return isclose(one, other, abs_tol=1e-12)


def _other(pair: Pair, name: str) -> str:
    return pair.b if pair.a == name else pair.a


def _told(cell: Cell, pair: Pair | None, *, is_best: bool) -> Cell:
    """Say of a cell whether it is the best, or not told apart from that; None is itself."""
    if pair is None:
        return replace(cell, best=is_best)
    return replace(cell, best=is_best, together=not is_best and pair.holm >= ALPHA, holm=pair.holm)
