r"""Triggers: the words after which a text states its answer ("the answer is", "####", "答案是").

A trigger is plain text. Case, width, markdown and the number of spaces do not matter; between its
words there may be a parenthesis or "to the question"; a colon may be left out at the end of a
line that holds nothing but the trigger. A trigger of one letter counts at the start of a line.
A `\boxed` or a `<tag>` holds its answer between braces or tags.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from promptlab.text.unicode import narrow

_MARKUP = r"[*_`\s]"
_GAP = (
    rf"{_MARKUP}{{1,4}}(?:\([^()\n]{{1,40}}\){_MARKUP}{{1,4}}|"
    r"(?:to|for)\s[^.,:;\n]{1,60}?\s)?"
)
_BOX = 2000
"""Characters that a box may hold: an unclosed brace must not cost a walk through the text."""


class Statement(NamedTuple):
    """What follows a trigger: the text from `start` to `end`; `trigger` is where it begins."""

    trigger: int
    start: int
    end: int


def statements(text: str, triggers: tuple[str, ...]) -> list[Statement]:
    """Return what follows each trigger, up to the next one, in the order of the text."""
    if not triggers:
        return []
    marks = list(_pattern(triggers).finditer(narrow(text)))
    ends = [*(mark.start() for mark in marks[1:]), len(text)][: len(marks)]
    return [
        Statement(mark.start(), *_reach(text, mark, end))
        for mark, end in zip(marks, ends, strict=True)
    ]


def _reach(text: str, mark: "re.Match[str]", end: int) -> tuple[int, int]:
    """Return where the statement of a trigger starts and ends."""
    start = mark.end()
    if text[mark.start()] == "\\" and text[start : start + 1] == "{":
        return start + 1, max(start + 1, _closing_brace(text, start, end))
    if mark.group().startswith("<") and mark.group().endswith(">"):
        closing = text.find("</", start, end)
        return start, closing if closing >= 0 else end
    return start, end


def _closing_brace(text: str, opening: int, end: int) -> int:
    """Return where the brace that opens at `opening` closes, or where the search gave up."""
    depth = 0
    stop = min(end, opening + _BOX)
    for index in range(opening, stop):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if depth == 0:
            return index
    return stop


@lru_cache(maxsize=64)
def _pattern(triggers: tuple[str, ...]) -> "re.Pattern[str]":
    """Compile triggers, longest first."""
    ordered = sorted({narrow(trigger).strip() for trigger in triggers}, key=len, reverse=True)
    return re.compile("|".join(_alternatives(ordered)) or r"(?!)", re.IGNORECASE | re.MULTILINE)


def _alternatives(triggers: list[str]) -> Iterator[str]:
    for trigger in triggers:
        if trigger:
            yield _expression(trigger)


def _expression(trigger: str) -> str:
    """Write one trigger as a regular expression."""
    colon = trigger.endswith(":")
    words = _GAP.join(re.escape(word) for word in trigger.removesuffix(":").split())
    before = r"(?<![A-Za-z0-9])" if trigger[0].isascii() and trigger[0].isalnum() else ""
    if len(trigger.removesuffix(":")) == 1 and trigger[0].isalpha():
        return rf"^[ \t#*_>]{{0,8}}{words}[*_]{{0,3}}" + (r"\s{0,2}:" if colon else "")
    if colon:
        heading = rf"^[ \t#*_>]{{0,8}}(?:the |final |correct )?{words}[ \t*_]{{0,4}}$"
        return rf"{before}{words}[ \t*_`\"]{{0,4}}:|{heading}"
    after = r"(?![A-Za-z0-9])" if trigger[-1].isascii() and trigger[-1].isalnum() else ""
    return rf"{before}{words}{after}"
