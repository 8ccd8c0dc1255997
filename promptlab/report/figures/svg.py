"""A figure as a part of a page: real text, the page's colours, and words under the pointer."""

import json
import re
import warnings
from io import StringIO
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, fromstring, tostring

from markupsafe import Markup
from matplotlib import rc_context

from promptlab.report.figures.look import BLUE, INK, LINE, PAPER, SOFT, TELLS, WARM

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = {
    INK: "var(--ink)",
    SOFT: "var(--soft)",
    LINE: "var(--line)",
    PAPER: "var(--paper)",
    BLUE: "var(--blue)",
    WARM: "var(--warm)",
}
"""What the page calls them; it has others in the dark."""
_DIGITS = re.compile(r"\d+\.\d{2,}")
_LARGER = 1.3
"""Pixels of the page for a point of the figure, at most."""


def svg(figure: "Figure", title: str, kind: str = "") -> Markup:
    """Write a figure as an element of HTML.

    It has no ids, for several may stand in a page, and no address of a namespace.

    Args:
        figure: What to write.
        title: What it shows, for those who do not see it.
        kind: A class for its looks.
    """
    file = StringIO()
    # What letters no font has here, the page has a font for, or whoever reads it.
    with rc_context({"svg.fonttype": "none"}), warnings.catch_warnings(action="ignore"):
        figure.savefig(file, format="svg", transparent=True)
    root = fromstring(file.getvalue())  # noqa: S314  matplotlib's own
    _rename(root)
    _inline_markers(root)
    for part in root.iter():
        _clean(part)
    width = _LARGER * float(root.attrib["viewBox"].split()[2])
    root.attrib = {
        "viewBox": root.attrib["viewBox"],
        "class": f"plot {kind}",
        "style": f"max-width:{width:.0f}px",
        "role": "img",
    }
    root.insert(0, _title(title))
    return Markup(tostring(root, encoding="unicode"))  # noqa: S704  every text in it is escaped


def _rename(root: Element) -> None:
    """Leave the namespaces out, which HTML knows."""
    for part in root.iter():
        part.tag = part.tag.rpartition("}")[2]
        part.attrib = {key.rpartition("}")[2]: value for key, value in part.attrib.items()}


def _inline_markers(root: Element) -> None:
    """Put what is defined once and used often where it is used."""
    paths = {f"#{path.get('id')}": path.get("d", "") for path in root.iter("path")}
    for use in root.iter("use"):
        use.tag = "path"
        where = f"translate({use.attrib.pop('x')} {use.attrib.pop('y')})"
        use.attrib |= {"d": paths[use.attrib.pop("href")], "transform": where}
    for parent in list(root.iter()):
        for part in list(parent):
            if part.tag in ("defs", "metadata"):
                parent.remove(part)


def _clean(part: Element) -> None:
    part.attrib.pop("clip-path", None)
    mark_id = part.attrib.pop("id", "")
    if mark_id.startswith(TELLS):
        marks = list(part.iter("path"))
        for mark, words in zip(marks, json.loads(mark_id.removeprefix(TELLS)), strict=True):
            mark.set("class", "tells")
            mark.append(_title(words))
    for key in {"d", "transform", "x", "y"} & part.attrib.keys():
        part.set(key, _DIGITS.sub(lambda number: f"{float(number[0]):.1f}", part.attrib[key]))
    style = part.get("style", "")
    for colour, name in COLOURS.items():
        style = style.replace(colour, name)
    if style:
        part.set("style", style)


def _title(words: str) -> Element:
    title = Element("title")
    title.text = words
    return title
