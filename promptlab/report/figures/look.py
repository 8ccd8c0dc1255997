"""How figures look, and the words that their parts show under the pointer."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from matplotlib.collections import PolyCollection

from promptlab.text.escaping import in_line

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

INK, SOFT, LINE, PAPER = "#1b1f24", "#5b6570", "#dfe3e8", "#ffffff"
BLUE, WARM = "#0072b2", "#d55e00"
WIDTH, ROW = 12, 0.27
"""Inches: of a figure, and of a row of it."""
SHOWN = 60
"""Variants drawn."""
TELLS = "tells "
"""What the id of a part begins with that tells something."""

_CORNERS = (0, -0.5), (1, -0.5), (1, 0.5), (0, 0.5)


def tell(part: "Artist", words: Iterable[str]) -> None:
    """Attach words to each mark of a part of a figure, for the page to show."""
    part.set_gid(TELLS + json.dumps([in_line(each) for each in words]))


def rows(axes: "Axes", names: Iterable[str], words: Iterable[str]) -> None:
    """Name the rows of a plot from the top down, and attach words to each."""
    labels = [shortened(in_line(name)) for name in names]
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    bands = [[(x, y + up) for x, up in _CORNERS] for y in range(len(labels))]
    across = axes.get_yaxis_transform()
    collection = PolyCollection(bands, facecolors="none", edgecolors="none", transform=across)
    tell(axes.add_collection(collection, autolim=False), words)


def plain(axes: "Axes", *grid: str) -> None:
    """Leave of a plot's frame only the grid across one axis or both."""
    for axis in grid:
        axes.grid(axis=axis, color=LINE, linewidth=0.8)  # type: ignore[arg-type]
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelcolor=INK)


def head(axes: "Axes", words: str) -> None:
    """Write what a plot shows above it."""
    axes.set_title(in_line(words), loc="left", fontsize=10, fontweight="bold", color=INK)


def shortened(name: str, longest: int = 54) -> str:
    """Leave out the middle of a long name."""
    if len(name) <= longest:
        return name
    half = (longest - 1) // 2
    return f"{name[:half]}…{name[-half:]}"
