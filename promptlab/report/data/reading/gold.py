"""Whether a text names the gold answer, though another one, or none, was read off it.

A hint and no proof: a chain of thought names many numbers. Those it finds are worth reading.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_GROUPING = re.compile(r"(?<=\d)[,\u202f](?=\d{3})")
_LETTER = re.compile(r"[a-z]")


def names(text: str, golds: Sequence[str], choices: Sequence[str] = ()) -> bool:
    """Say whether the text names a gold answer as a word or number of its own.

    Args:
        text: What the model wrote.
        golds: The gold answer and its aliases.
        choices: Of the question: its gold answer is then a letter, or the text of that choice.
    """
    plain = _plain(text)
    texts = tuple(choices)
    return any(pattern.search(plain) for gold in golds for pattern in _patterns(gold, texts))


@lru_cache(maxsize=8192)
def _patterns(gold: str, choices: tuple[str, ...]) -> list[re.Pattern[str]]:
    folded = _plain(gold).strip("$.。 ")
    if not folded:
        return []
    if choices and _LETTER.fullmatch(folded):
        place = ord(folded) - ord("a")
        words = _plain(choices[place]).strip() if place < len(choices) else ""
        return [_letter(folded), *([_word(words)] if words else [])]
    return [_word(folded)]


def _word(gold: str) -> re.Pattern[str]:
    """Match a text that is not part of a longer word or number; Chinese stands without spaces."""
    before = r"(?<![a-z_])" if "a" <= gold[0] <= "z" else ""
    after = r"(?![a-z_])" if "a" <= gold[-1] <= "z" else ""
    before = r"(?<![\d.])(?<![\d]-)" if gold[0].isdigit() else before
    after = r"(?!\d|\.\d*[1-9])" if gold[-1].isdigit() else after
    return re.compile(before + re.escape(gold) + after)


def _letter(letter: str) -> re.Pattern[str]:
    """Match a choice's letter, and not the article a."""
    return re.compile(rf"\({letter}\)|(?<![a-z]){letter}[).:](?![a-z])|(?<![a-z]){letter}\s*\Z")


def _plain(text: str) -> str:
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    plain = plain.casefold()
    return _GROUPING.sub("", plain) if "," in plain or "\u202f" in plain else plain
