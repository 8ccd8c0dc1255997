"""Chunks: a text cut between sentences into pieces of so many tokens, which may overlap.

A token is a word, a sign, or a character of writing that puts no space between words, so that a
cut needs no model and is the same for all; or what a model's tokenizer counts.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from promptlab.text.unicode import UNSPACED

_TOKEN = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+|[^\w\s]|_")
_CLOSING = "\"'”’»」』）)\\]"
_SENTENCE = re.compile(
    rf"[^\n]*?(?:[。！？][{_CLOSING}]*|[.!?]+[{_CLOSING}]*(?=\s|$)|\n+|$)\s*", re.DOTALL
)


def length(text: str) -> int:
    """Count the tokens of a text."""
    return sum(1 for _ in _TOKEN.finditer(text))


def chunks(
    text: str, size: int, overlap: int = 0, count: Callable[[str], int] = length
) -> list[str]:
    """Cut a text into chunks of at most `size` tokens, whole sentences where they fit.

    Args:
        text: What is cut.
        size: The most tokens of a chunk, at least 1.
        overlap: The most tokens that a chunk repeats of the one before it, below `size`.
        count: Counts tokens, of a part of the text. A character that is more tokens than `size` by
            itself is a chunk all the same.
    """
    cut: list[str] = []
    held: list[str] = []
    for sentence in _short(text, size) if count is length else _fitting(text, size, count):
        if held and count("".join([*held, sentence])) > size:
            cut.append("".join(held).strip())
            held = _last(held, min(overlap, size - count(sentence)), count)
            while held and count("".join([*held, sentence])) > size:
                held.pop(0)
        held.append(sentence)
    return [*cut, *filter(None, ["".join(held).strip()])]


def _short(text: str, size: int) -> Iterator[str]:
    """Yield the sentences in their order, white space included; a long one in parts."""
    for match in _SENTENCE.finditer(text):
        sentence = match.group()
        ends = [token.end() for token in _TOKEN.finditer(sentence)]
        cuts = [0, *ends[size - 1 : -1 : size], len(sentence)]
        for start, end in pairwise(cuts):
            if part := sentence[start:end]:
                yield part


def _fitting(text: str, size: int, count: Callable[[str], int]) -> Iterator[str]:
    """Yield the sentences in their order; a long one in parts, between words where that can be."""
    for match in _SENTENCE.finditer(text):
        rest = match.group()
        while rest and count(rest) > size:
            # The longest beginning that fits, and of it what ends with a word.
            most = bisect_right(range(1, len(rest)), size, key=lambda end: count(rest[:end]))
            ends = [token.end() for token in _TOKEN.finditer(rest, 0, most)]
            end = next((each for each in reversed(ends) if rest[each : each + 1].isspace()), most)
            yield rest[: max(end, 1)]
            rest = rest[max(end, 1) :]
        if rest:
            yield rest


def _last(sentences: Sequence[str], room: int, count: Callable[[str], int]) -> list[str]:
    """Return the last sentences that have at most so many tokens together."""
    kept: list[str] = []
    for sentence in reversed(sentences):
        room -= count(sentence)
        if room < 0:
            break
        kept.insert(0, sentence)
    return kept
