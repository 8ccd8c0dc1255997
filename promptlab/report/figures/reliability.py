"""Reliability diagrams: how many answers are right where the model is so sure, bin by bin.

Niculescu-Mizil and Caruana, Predicting Good Probabilities with Supervised Learning, 2005; Guo et
al., On Calibration of Modern Neural Networks, 2017 (https://arxiv.org/abs/1706.04599).
"""

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from promptlab.report.data.standings import Standings
from promptlab.report.data.views.reliability import Measured, Reliability
from promptlab.report.figures.fonts import readable
from promptlab.report.figures.look import (
    BLUE,
    INK,
    LINE,
    SOFT,
    WARM,
    WIDTH,
    head,
    plain,
    shortened,
    tell,
)
from promptlab.report.number_format import percent
from promptlab.text.escaping import in_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ACROSS, DRAWN = 3, 6
"""Diagrams side by side, and in all."""
_BARS = 18
"""Height of the bars of the counts, in per cent of the diagram."""


@readable()
def reliability_figure(sweep: Standings) -> Figure:
    """Draw the best variants' accuracy over their confidence, with the counts of the bins.

    Raises:
        ValueError: no answer has a confidence.
    """
    drawn = sweep.reliabilities[:DRAWN]
    if not drawn:
        raise ValueError("no answer of these runs has votes or probabilities; none has confidence")
    down = -(-len(drawn) // ACROSS)
    figure = Figure(figsize=(WIDTH, 4.1 * down + 0.2), layout="constrained")
    every = figure.subplots(down, ACROSS, squeeze=False).ravel()
    for axes, told in zip(every, drawn, strict=False):
        _diagram(axes, told)
    for axes in every[len(drawn) :]:
        axes.set_axis_off()
    every[0].set_ylabel("right, %", color=INK)
    return figure


def described(sweep: Standings) -> str:
    """Say what the figure shows, for those who do not see it."""
    told = "; ".join(
        f"{each.name}: expected calibration error {percent(each.share.ece)} points"
        for each in sweep.reliabilities[:DRAWN]
    )
    return in_line(f"Accuracy over confidence, in ten bins. {told}")


def _diagram(axes: "Axes", told: Reliability) -> None:
    axes.set_xlim(-2, 102)
    axes.set_ylim(-2, 102)
    axes.plot([0, 100], [0, 100], ":", color=SOFT, linewidth=1)
    _counts(axes, told)
    _line(axes, told.margin, "margin", told.n, color=WARM, marker="s", style="--")
    _line(axes, told.share, "confidence", told.n, color=BLUE, marker="o", style="-")
    plain(axes, "both")
    axes.set_xticks(range(0, 101, 20))
    axes.set_yticks(range(0, 101, 20))
    axes.set_aspect("equal")
    axes.set_xlabel(f"n = {told.n:,}; ECE {percent(told.share.ece)}", color=SOFT)
    head(axes, shortened(in_line(told.name), 44))


def _counts(axes: "Axes", told: Reliability) -> None:
    """Draw how many answers each bin has, as bars from below."""
    most = max(each.n for each in told.share.bins)
    middles = [100 * each.confidence for each in told.share.bins]
    heights = [_BARS * each.n / most for each in told.share.bins]
    axes.bar(middles, heights, width=7, color=LINE, zorder=1)


def _line(
    axes: "Axes", measured: Measured, what: str, n: int, *, color: str, marker: str, style: str
) -> None:
    sure = [100 * each.confidence for each in measured.bins]
    right = [100 * each.accuracy for each in measured.bins]
    axes.plot(sure, right, style, color=color, linewidth=1.5, alpha=0.8)
    marks = axes.scatter(sure, right, s=42, color=color, marker=marker, alpha=0.9, zorder=3)
    tell(
        marks,
        [
            f"{what} {percent(each.confidence)} %: {percent(each.accuracy)} % right of "
            f"{each.n:,} of {n:,} answers"
            for each in measured.bins
        ],
    )
