"""Bounds on what is read, so that no text costs more than a moment.

A model's reply may hold anything: a megabyte of "1+1+…", or ten characters that stand for a number
of a billion digits. What lies beyond a bound is not an answer that anybody meant.
"""

DIGITS = 1_000
"""Digits that a number may have on either side of its point; of more, none is understood."""

WORDS = 40
"""Words, or Chinese signs, of a number that is written in them."""

CHARACTERS = 60_000
"""Of a reply; of a longer one its first and its last half of this many are read."""


def bounded(text: str) -> str:
    """Return a text, or the beginning and the end of a giant one, with a line between them."""
    half = CHARACTERS // 2
    return text if len(text) <= CHARACTERS else f"{text[:half]}\n\n{text[-half:]}"
