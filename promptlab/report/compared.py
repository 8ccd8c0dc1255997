"""Comparing runs from Python: a data frame, figures, and the report, in a notebook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from promptlab.analysis.comparison.repeats import SEED
from promptlab.report.data.reading.places import places
from promptlab.report.data.standings import Standings, read_standings
from promptlab.report.data.summary import summary
from promptlab.report.data.verdict import headline, reasons, verdict
from promptlab.text.escaping import in_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame


@runtime_checkable
class InFolder(Protocol):
    """Something that is kept in a folder, such as an experiment."""

    @property
    def folder(self) -> Path:
        """Where."""
        ...


Runs = Path | str | InFolder


@dataclass(frozen=True, repr=False)
class Compared:
    """Runs that were compared; shown as its table where a notebook shows it.

    Attributes:
        sweep: The variants of one data set.
        others: Those of other data sets that were among the runs.
    """

    sweep: Standings
    others: tuple[Standings, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, in words."""
        found = verdict(self.sweep)
        told = summary(self.sweep)
        return (headline(found), *reasons(found), *told, *self.sweep.comparison.sentences)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, and why."""
        return self.sweep.comparison.notes

    def frame(self) -> "DataFrame":
        """Return the ranking, one row for each variant, best first."""
        from promptlab.report.data.frame import ranking_frame  # noqa: PLC0415  pandas

        return ranking_frame(self.sweep)

    def answers(self) -> "DataFrame":
        """Return every answer: variant, example, prediction, outcome, score."""
        from promptlab.report.data.frame import answer_frame  # noqa: PLC0415  pandas

        return answer_frame(self.sweep)

    def forest(self) -> "Figure":
        """Draw scores with their intervals, and paired differences from the best."""
        from promptlab.report.figures.forest import forest_figure  # noqa: PLC0415  matplotlib

        return forest_figure(self.sweep)

    def pareto(self) -> "Figure":
        """Draw scores against tokens.

        Raises:
            ValueError: no token was counted.
        """
        from promptlab.report.figures.pareto import pareto_figure  # noqa: PLC0415  matplotlib

        return pareto_figure(self.sweep)

    def curve(self) -> "Figure":
        """Draw the score over the number of demonstrations.

        Raises:
            ValueError: the number of demonstrations is the same in all runs.
        """
        from promptlab.report.figures.curve import curve_figure  # noqa: PLC0415  matplotlib

        return curve_figure(self.sweep)

    def heat_map(self, rows: str = "", columns: str = "") -> "Figure":
        """Draw the mean score of each combination of two swept settings.

        Raises:
            ValueError: these were not swept; those that were are named.
        """
        from promptlab.report.figures.heat_map import heat_map_figure  # noqa: PLC0415  matplotlib

        return heat_map_figure(self.sweep, rows, columns)

    def variance(self) -> "Figure":
        """Draw what settings, seeds and orders move, and every run beside those like it.

        Raises:
            ValueError: the runs are no grid of settings.
        """
        from promptlab.report.figures.variance import variance_figure  # noqa: PLC0415  matplotlib

        return variance_figure(self.sweep)

    def matrix(self) -> "Figure":
        """Draw what became of every example in every variant."""
        from promptlab.report.figures.matrix import matrix_figure  # noqa: PLC0415  matplotlib

        return matrix_figure(self.sweep)

    def reliability(self) -> "Figure":
        """Draw how many answers are right over how sure they are.

        Raises:
            ValueError: no answer has a confidence.
        """
        from promptlab.report.figures.reliability import reliability_figure  # noqa: PLC0415  matplotlib

        return reliability_figure(self.sweep)

    def coverage(self) -> "Figure":
        """Draw how many answers are wrong over how many of the surest are given.

        Raises:
            ValueError: no answer has a confidence.
        """
        from promptlab.report.figures.coverage import coverage_figure  # noqa: PLC0415  matplotlib

        return coverage_figure(self.sweep)

    def slices(self) -> "Figure":
        """Draw the score by the values of the fields that the runs were sliced by.

        Raises:
            ValueError: the runs have no slices.
        """
        from promptlab.report.figures.slices import slices_figure  # noqa: PLC0415  matplotlib

        return slices_figure(self.sweep)

    def save(self, folder: Path | str = "report") -> tuple[Path, Path, Path]:
        """Write `report.html`, `report.md` and `report.csv`, and return their paths."""
        from promptlab.report.write import write  # noqa: PLC0415  only needed when called

        return write((self.sweep, *self.others), Path(folder))

    def __repr__(self) -> str:
        """Say in a line what was compared, and which is best."""
        names = [variant.name for variant in self.sweep.variants]
        told = f"{self.sweep.title}: {len(names)} variants, best first: {names[0]}, …"
        return f"Compared({in_line(told)})"

    def _repr_html_(self) -> str:
        """Show the ranking where a notebook shows this."""
        from promptlab.report.html.page import embedded  # noqa: PLC0415  only needed in a notebook

        return embedded(self.sweep)


def compare(
    runs: Runs | Iterable[Runs],
    *,
    metric: str = "accuracy",
    baseline: str = "",
    repeated: str = SEED,
    uri: str = "",
) -> Compared:
    """Compare finished runs, example by example.

    Args:
        runs: A folder of runs or of many, a sweep's tag in the MLflow store, an experiment that
            was run, or several of these.
        metric: The score to compare.
        baseline: The name of the variant that the others are meant to beat.
        repeated: The part of the names that tells repetitions of one variant apart: `seed`; empty
            to show each by itself.
        uri: The store; empty for `MLFLOW_TRACKING_URI`, or `mlflow.db` in this folder.

    Returns:
        The data set that most of the runs are of; those of others are in `others`.

    Raises:
        FileNotFoundError: there is no run to be found.
        ValueError: no run has the metric, or the baseline; those that there are are named.
    """
    single = isinstance(runs, (str, Path, InFolder))
    several: Sequence[Runs] = [runs] if single else list(runs)  # type: ignore[list-item, arg-type]
    named = [run.folder if isinstance(run, InFolder) else run for run in several]
    paths = places(named, uri)
    first, *others = read_standings(paths, metric=metric, baseline=baseline, repeated=repeated)
    return Compared(first, tuple(others))
