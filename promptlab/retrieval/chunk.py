"""Chunks: a text cut between sentences into pieces of so many tokens, which may overlap.

A token is a word, a sign, or a character of writing that puts no space between words, so that a
cut needs no model and is the same for all.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from promptlab.text.unicode import UNSPACED

_TOKEN = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+|[^\w\s]|_")
_CLOSING = "\"'”’»」』）)\\]"
_SENTENCE = re.compile(
    rf"[^\n]*?(?:[。！？][{_CLOSING}]*|[.!?]+[{_CLOSING}]*(?=\s|$)|\n+|$)\s*", re.DOTALL
)


def chunks(text: str, size: int, overlap: int = 0) -> list[str]:
    """Cut a text into chunks of at most `size` tokens, whole sentences where they fit.

    Args:
        text: What is cut.
        size: The most tokens of a chunk, at least 1.
        overlap: The most tokens that a chunk repeats of the one before it, below `size`.
    """
    cut: list[str] = []
    held: list[str] = []
    for sentence in _short(text, size):
        if held and length("".join(held)) + length(sentence) > size:
            cut.append("".join(held).strip())
            room = min(overlap, size - length(sentence))
            held = _last(held, room)
        held.append(sentence)
    return [*cut, *filter(None, ["".join(held).strip()])]


def length(text: str) -> int:
    """Count the tokens of a text."""
    return sum(1 for _ in _TOKEN.finditer(text))


def _short(text: str, size: int) -> Iterator[str]:
    """Yield the sentences in their order, white space included; a long one in parts."""
    for match in _SENTENCE.finditer(text):
        sentence = match.group()
        ends = [token.end() for token in _TOKEN.finditer(sentence)]
        cuts = [0, *ends[size - 1 : -1 : size], len(sentence)]
        for start, end in pairwise(cuts):
            if part := sentence[start:end]:
                yield part


def _last(sentences: Sequence[str], room: int) -> list[str]:
    """Return the last sentences that have at most so many tokens together."""
    kept: list[str] = []
    for sentence in reversed(sentences):
        room -= length(sentence)
        if room < 0:
            break
        kept.insert(0, sentence)
    return kept
