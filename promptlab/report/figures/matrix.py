"""What became of every example in every variant: a picture of one pixel for each answer."""

from io import BytesIO

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from promptlab.report.data.reading.outcome import KINDS, NAMES
from promptlab.report.data.standings import Standings
from promptlab.report.data.views.example_matrix import Matrix, arrange
from promptlab.report.figures.fonts import readable
from promptlab.report.figures.look import SHOWN, WIDTH, shortened
from promptlab.text.escaping import in_line


def picture(matrix: Matrix) -> Image.Image:
    """Draw the cells of a matrix; one without an answer is transparent."""
    numbers = {name: number for number, name in enumerate(NAMES)}
    cells = [[numbers.get(kind, len(NAMES)) for kind in row] for row in matrix.kinds]
    image = Image.fromarray(np.array(cells, np.uint8), "P")
    image.putpalette(b"".join(bytes.fromhex(kind.colour[1:]) for kind in KINDS) + b"\0\0\0")
    image.info["transparency"] = len(NAMES)
    return image


def png(image: Image.Image) -> bytes:
    """Write a picture as a PNG file."""
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


@readable()
def matrix_figure(sweep: Standings) -> Figure:
    """Draw what became of every example in every variant."""
    matrix = arrange(sweep)
    figure = Figure(
        figsize=(WIDTH, min(WIDTH, 1.4 + 0.25 * len(matrix.variants))), layout="constrained"
    )
    axes = figure.subplots()
    axes.imshow(picture(matrix).convert("RGBA"), aspect="auto", interpolation="nearest")
    if len(matrix.variants) <= SHOWN:
        names = [shortened(in_line(name)) for name in matrix.variants]
        axes.set_yticks(range(len(names)), names)
    axes.set_ylabel("variants, the best first")
    axes.set_xlabel("examples, from the easiest to the hardest")
    occur = {kind for row in matrix.kinds for kind in row}
    for kind in KINDS:
        if kind.name in occur:
            axes.plot([], [], "s", color=kind.colour, label=kind.name)
    figure.legend(loc="outside upper center", ncols=len(occur), frameon=False)
    return figure
