"""Words to search by: Unicode-aware, lower-cased, and Chinese too.

NFKC first, so that full-width digits and letters match their plain forms. A word is a run of
letters, digits and combining marks; punctuation goes. Writing that puts no space between words
(Han, kana, Thai, Lao, Burmese, Khmer) becomes its single characters and its pairs of neighbours:
character unigrams and bigrams (Lucene's `CJKBigramFilter` with `outputUnigrams`).
"""

import re
import unicodedata
from functools import cache
from operator import add

from promptlab.text.unicode import UNSPACED

_ASCII = re.compile("[a-z0-9]+")


def tokens(text: str, *, pairs: bool = True) -> list[str]:
    """Cut a text into its words, in order, repetitions kept.

    Args:
        text: What is cut.
        pairs: Whether pairs of characters are words, where writing puts no space between words.
            Without them every word stands in its place, for whoever looks at neighbours.
    """
    if text.isascii():  # what the rest comes to, in a tenth of the time
        return _ASCII.findall(text.lower())
    found: list[str] = []
    for run in _runs().finditer(unicodedata.normalize("NFKC", text).casefold()):
        word = run.group()
        if run.lastgroup == "word":
            found.append(word)
        else:
            found.extend(word)
            found.extend(map(add, word, word[1:]) if pairs else ())
    return found


@cache
def _runs() -> re.Pattern[str]:
    letter = rf"[^\W_{UNSPACED}]"
    # `\w` has no combining marks, without which Hindi words fall apart.
    return re.compile(
        rf"(?P<unspaced>[{UNSPACED}]+)|(?P<word>{letter}+(?:[{_marks()}]+{letter}*)*)"
    )


def _marks() -> str:
    unspaced = re.compile(f"[{UNSPACED}]")
    planes = map(chr, range(0x300, 0x20000))
    return "".join(
        character
        for character in planes
        if unicodedata.category(character).startswith("M") and not unspaced.match(character)
    )
