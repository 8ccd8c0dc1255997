"""Risk over coverage: how many answers are wrong where only the surest are given.

El-Yaniv and Wiener, On the Foundations of Noise-free Selective Classification, 2010; Geifman and
El-Yaniv, 2017 (https://arxiv.org/abs/1705.08500).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from promptlab.report.data.standings import Standings
from promptlab.report.figures.curve import LOOKS
from promptlab.report.figures.fonts import readable
from promptlab.report.figures.look import INK, WIDTH, head, plain, shortened, tell
from promptlab.report.figures.reliability import DRAWN
from promptlab.report.number_format import percent
from promptlab.text.escaping import in_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_POINTS = 200
"""Points of a curve; of more answers only so many are drawn."""
_TOLD = 10
"""Points that say something, at every tenth of the answers."""


@readable()
def coverage_figure(sweep: Standings) -> Figure:
    """Draw the best variants' share of wrong answers over the share of answers that is given.

    Raises:
        ValueError: no answer has a confidence.
    """
    drawn = sweep.reliabilities[:DRAWN]
    if not drawn:
        raise ValueError("no answer of these runs has votes or probabilities; none has confidence")
    figure = Figure(figsize=(WIDTH, 4.6), layout="constrained")
    axes = figure.subplots()
    for told, (colour, mark) in zip(drawn, LOOKS, strict=False):
        _draw(axes, told.name, told.share.risk, colour, mark)
    axes.set_xlim(0, 102)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("coverage: the surest answers, %", color=INK)
    head(axes, "wrong among them, %")
    plain(axes, "both")
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, labelcolor=INK)
    return figure


def _draw(axes: "Axes", name: str, risk: Sequence[float], colour: str, mark: str) -> None:
    n = len(risk)
    step = max(n // _POINTS, 1)
    places = [*range(0, n - 1, step), n - 1]
    label = shortened(in_line(name), 40)
    axes.plot(
        [100 * (place + 1) / n for place in places],
        [100 * risk[place] for place in places],
        color=colour,
        linewidth=2,
        label=label,
    )
    told = sorted({max(round(n * tenth / _TOLD), 1) - 1 for tenth in range(1, _TOLD + 1)})
    marks = axes.scatter(
        [100 * (place + 1) / n for place in told],
        [100 * risk[place] for place in told],
        s=26,
        color=colour,
        marker=mark,
        zorder=3,
    )
    tell(
        marks,
        [
            f"{name}: of the surest {percent((place + 1) / n, 0)} %, "
            f"{percent(risk[place])} % are wrong"
            for place in told
        ],
    )
