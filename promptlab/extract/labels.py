"""Labels: the closed set of a task, found in a text in any case, width and spacing.

At one place the longest label wins (`not_entailment` over `entailment`, 不相同 over 相同), and a
label in Latin letters must be a whole word. `card_arrival` is also written "card arrival". A label
that is negated ("not positive", 不相同 where the labels are 相同 and 不同) is not named; where
there are two labels, the other one is.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from promptlab.extract.mention import Mention
from promptlab.extract.widths import narrow

_NEGATED = re.compile(
    r"(?:(?<![A-Za-z])(?:not|isn't|non|neither|rather than)[\s_-]{0,2}|[不非没未])\Z", re.I
)


def mentions(text: str, labels: tuple[str, ...]) -> list[Mention]:
    """Return the labels that a text names, as the task spells them, in order."""
    return list(_mentions(narrow(text), labels)) if labels else []


def folded(text: str) -> str:
    """Return a label in the form in which two of them are compared."""
    return " ".join(re.split(r"[\s_-]+", unicodedata.normalize("NFKC", text).casefold())).strip()


def _mentions(text: str, labels: tuple[str, ...]) -> Iterator[Mention]:
    spelling = {folded(label): label for label in labels}
    for match in _pattern(labels).finditer(text):
        label = spelling.get(folded(match.group()))
        if label is not None and _NEGATED.search(text[max(0, match.start() - 12) : match.start()]):
            others = [other for other in labels if other != label]
            label = others[0] if len(others) == 1 else None
        if label is not None:
            yield Mention(match.start(), match.end(), label)


@lru_cache(maxsize=64)
def _pattern(labels: tuple[str, ...]) -> "re.Pattern[str]":
    """Compile a label set, longest first."""
    names = sorted({_words(label) for label in labels} - {""}, key=len, reverse=True)
    return re.compile("|".join(phrase(name) for name in names) or r"(?!)", re.IGNORECASE)


def _words(label: str) -> str:
    """Return the words of a label, width aside, as they are looked for."""
    return " ".join(re.split(r"[\s_-]+", narrow(label))).strip()


def phrase(words: str) -> str:
    """Write words as a regular expression: whole words in Latin script, any space between them."""
    body = r"[\s_-]{1,3}".join(re.escape(word) for word in words.split())
    before = r"(?<![A-Za-z0-9])" if _latin(words[0]) else ""
    after = r"(?![A-Za-z0-9])" if _latin(words[-1]) else ""
    return f"{before}{body}{after}"


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
