"""What two texts differ in: lines first, then the words of the lines that differ.

Longest matching blocks (Ratcliff and Obershelp, as in the standard library's difflib). Chinese
characters are words of their own.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from promptlab.text.unicode import HAN

_WORDS = re.compile(rf"[{HAN}]|[^\W{HAN}]+|\s+|[^\w\s]")
_MOST = 1_000_000
"""Pairs of words compared at most; longer stretches are marked whole."""


class Stretch(NamedTuple):
    """A stretch of two texts that is the same in both, or not."""

    same: bool
    one: str
    other: str


def stretches(one: str, other: str) -> list[Stretch]:
    """Part two texts into stretches that are the same in both, and stretches that differ."""
    lines = one.splitlines(keepends=True), other.splitlines(keepends=True)
    return list(_joined(_compared(*lines, finer=True)))


def _compared(one: Sequence[str], other: Sequence[str], *, finer: bool) -> Iterator[Stretch]:
    if len(one) * len(other) > _MOST:
        yield Stretch(False, "".join(one), "".join(other))
        return
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for kind, start, end, start_other, end_other in matcher.get_opcodes():
        left, right = "".join(one[start:end]), "".join(other[start_other:end_other])
        if kind == "replace" and finer:
            yield from _compared(_WORDS.findall(left), _WORDS.findall(right), finer=False)
        else:
            yield Stretch(kind == "equal", left, right)


def _joined(parts: Iterator[Stretch]) -> Iterator[Stretch]:
    """Join neighbours of one kind, and what differs on both sides of nothing but a space."""
    held: list[Stretch] = []
    for part in parts:
        bridge = len(held) > 1 and not part.same and held[-1].same and not held[-1].one.strip(" ")
        if bridge and not held[-2].same:
            gap, before = held.pop(), held.pop()
            held.append(_together(_together(before, gap), part))
        elif held and held[-1].same == part.same:
            held.append(_together(held.pop(), part))
        else:
            held.append(part)
    yield from held


def _together(one: Stretch, other: Stretch) -> Stretch:
    return Stretch(one.same and other.same, one.one + other.one, one.other + other.other)
