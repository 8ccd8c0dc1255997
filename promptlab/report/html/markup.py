"""Elements of HTML and SVG, whose texts are escaped unless they are elements themselves."""

from collections.abc import Iterable
from html import escape

from promptlab.escaping import visible

EMPTY = {"br", "wbr", "img", "meta", "circle", "line", "rect", "path", "input"}
"""Elements without content."""


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def tag(name: str, /, *children: object, **attributes: object) -> Markup:
    """Write an element.

    Args:
        name: Of the element.
        children: Texts, which are escaped; elements; or lists of these. None is nothing.
        attributes: `class_` for `class`, `stroke_width` for `stroke-width`; True is an attribute
            without a value, None and False are none.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in EMPTY:
        return Markup(f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{joined(*children)}</{name}>")


def joined(*children: object) -> Markup:
    """Write elements and texts one after another."""
    return Markup("".join(map(_child, children)))


def _child(child: object) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return escape(visible(child), quote=False)
    if isinstance(child, Iterable):
        return "".join(map(_child, child))
    return escape(str(child))


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    said = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return f' {name}="{escape(visible(said))}"'
