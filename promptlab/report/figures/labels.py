"""Names beside the points of a plot, none over another, over a point or over the plot's edge."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.transforms import Bbox

from promptlab.report.figures.look import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

NEAR = ((8, 5), (8, -5), (-8, 5), (-8, -5), (0, 9), (0, -9), (8, 18), (-8, 18), (8, -18), (-8, -18))
"""Where a name may stand, in points of the figure from its point, the best place first."""
_HALF = 4
"""Half the width of a point, in points of the figure."""


@dataclass(frozen=True)
class Label:
    """What is written beside a point.

    Attributes:
        where: The point, in the units of the plot.
        name: Its name.
        short: What is written where the name has no room.
    """

    where: tuple[float, float]
    name: str
    short: str


def name_points(axes: "Axes", labels: Sequence[Label]) -> int:
    """Write a name beside each point; the first have the first choice of the room.

    Returns:
        How many have only what is short, or nothing where not even this has room.
    """
    with warnings.catch_warnings(action="ignore"):  # a letter no font has is as wide as a box
        axes.figure.draw_without_rendering()  # type: ignore[union-attr]
    taken = [_mark(axes, label) for label in labels]
    unnamed = [label for label in labels if not _placed(axes, label, label.name, taken)]
    for label in unnamed:
        _placed(axes, label, label.short, taken)
    return len(unnamed)


def _placed(axes: "Axes", label: Label, text: str, taken: list[Bbox]) -> bool:
    """Write a text at the first place near its point that has room for it; say whether one has."""
    inside, own = axes.get_window_extent(), _mark(axes, label)
    for written in _tries(axes, label, text):
        box = written.get_window_extent()
        within = inside.x0 <= box.x0 and box.x1 <= inside.x1
        within = within and inside.y0 <= box.y0 and box.y1 <= inside.y1
        others = (other for other in taken if other.bounds != own.bounds)
        if within and not any(box.overlaps(other) for other in others):
            taken.append(box)
            return True
        written.remove()
    return False


def _tries(axes: "Axes", label: Label, text: str) -> Iterator["Annotation"]:
    for right, up in NEAR:
        yield axes.annotate(
            text,
            label.where,
            (right, up),
            textcoords="offset points",
            ha="left" if right > 0 else "right" if right < 0 else "center",
            va="bottom" if up > 0 else "top",
            color=INK,
        )


def _mark(axes: "Axes", label: Label) -> Bbox:
    """Return the place of a point on the figure, in pixels."""
    x, y = axes.transData.transform(label.where)
    half = _HALF * axes.figure.dpi / 72
    return Bbox.from_extents(x - half, y - half, x + half, y + half)
