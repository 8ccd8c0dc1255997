"""How figures write: names as they stand, in fonts that have their letters.

Matplotlib's own font has no Chinese letters, and draws a box for each.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache

from matplotlib import rc_context, rcParams
from matplotlib.font_manager import findSystemFonts, fontManager

FAMILIES = (
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC"),
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback"),
    *("PingFang SC", "Hiragino Sans GB", "Heiti TC", "Arial Unicode MS"),
    *("Microsoft YaHei", "SimHei", "SimSun", "Noto Serif CJK SC", "Noto Serif CJK JP"),
)
"""Those with Chinese letters, the better ones first; a collection goes by its first font's name."""


@cache
def chinese() -> tuple[str, ...]:
    """Return those of the fonts with Chinese letters that are installed."""
    fonts = _listed()
    if not fonts:
        _list_new()
    return fonts or _listed()


def _listed() -> tuple[str, ...]:
    listed = {font.name for font in fontManager.ttflist}
    return tuple(family for family in FAMILIES if family in listed)


def _list_new() -> None:
    """Add fonts that are newer than the list that matplotlib keeps from run to run."""
    listed = {font.fname for font in fontManager.ttflist}
    for path in sorted(set(findSystemFonts()) - listed):
        with suppress(RuntimeError, OSError):  # one that matplotlib cannot draw with
            fontManager.addfont(path)


@contextmanager
def readable() -> Iterator[None]:
    """Take letters that the chosen font lacks from one that has them, and read no formula.

    Names come from data; between two dollar signs there is a text like any other.
    """
    families = [*rcParams["font.family"], *chinese()]
    with rc_context({"font.family": families, "text.parse_math": False, "text.usetex": False}):
        yield
