"""Labels: the closed set of a task, found in a text in any form that tells its labels apart.

Case, width, and how words are joined do not matter (`card_arrival` is also "Card arrival"), unless
labels of the task differ in nothing else. At one place the longest label wins (`not_entailment`
over `entailment`), and a label in Latin letters or digits must stand alone with its sign: `A-` is
no A, -1 is no 1, C++ is no C. A label that is denied ("not positive", 不是好评) is not named; where
there are two labels, the other one is.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from promptlab.extract.mention import Mention
from promptlab.extract.options.listing import single
from promptlab.extract.options.negation import denied
from promptlab.text.unicode import narrow
from promptlab.types import spelled

Form = Callable[[str], str]

_JOIN = re.compile(r"(?<=[^\W_])[\s_-]+(?=[^\W_])")
_SIGN_IN_WORDS = re.compile(r"(?:minus |negative |负|零下)\s?(?=\d)", re.IGNORECASE)
_DRESS = " \t\r\n.。,，;；:：!！?？*_`\"'“”‘’()（）[]【】「」《》{}$"
_ARTICLE = re.compile(
    r"\s+(?!(?:and|or|is|was|because|since|as|seems|would|are|rather|instead|over|but|not)\b)[a-z]"
)
_FEW = 3
"""Characters of a label that may be a grade, which a sign after it changes."""


def mentions(text: str, labels: tuple[str, ...]) -> list[Mention]:
    """Return the labels that a text names, as the task spells them, in order."""
    if not labels:
        return []
    whole = _whole(text, labels)
    if whole is not None:
        return [Mention(0, len(text), whole)]
    plain = narrow(text)
    return _asserted(plain, single(plain, list(_found(text, labels))), labels)


def folded(text: str) -> str:
    """Return a label's words: case, width and what joins them aside; a sign stays."""
    return _JOIN.sub(" ", _plain(text).casefold())


@lru_cache(maxsize=256)
def form(labels: tuple[str, ...]) -> Form:
    """Return the form in which labels are compared: the coarsest that tells them all apart."""
    return next((each for each in _FORMS if len(set(map(each, labels))) == len(labels)), spelled)


def _plain(text: str) -> str:
    """Write a label without regard to width and spacing."""
    return " ".join(unicodedata.normalize("NFKC", narrow(text)).split())


_FORMS: tuple[Form, ...] = (
    folded,
    lambda text: _plain(text).casefold(),
    lambda text: _JOIN.sub(" ", _plain(text)),
    _plain,
    spelled,
)


@lru_cache(maxsize=64)
def _spelling(labels: tuple[str, ...]) -> dict[str, str]:
    """Return each label under the form in which it is compared."""
    return {form(labels)(label): label for label in labels}


def _whole(text: str, labels: tuple[str, ...]) -> str | None:
    """Return the label of a text that is nothing but one."""
    bare = (text.strip(), text.strip().rstrip(".。,，;；!！"), text.strip(_DRESS))
    spelling, compared = _spelling(labels), form(labels)
    return next((spelling[compared(one)] for one in bare if compared(one) in spelling), None)


def _found(text: str, labels: tuple[str, ...]) -> Iterator[Mention]:
    """Yield the places where a label stands, denied or not."""
    spelling, compared = _spelling(labels), form(labels)
    for match in _pattern(labels).finditer(narrow(text)):
        written = _SIGN_IN_WORDS.sub("-", text[match.start() : match.end()])
        label = spelling.get(compared(written))
        if label is not None and not _is_article(text, match):
            yield Mention(match.start(), match.end(), label)


def _is_article(text: str, match: "re.Match[str]") -> bool:
    """Tell the article "a" and the pronoun "I" from labels that are written so."""
    return match.group() in {"A", "a", "I"} and bool(_ARTICLE.match(text, match.end()))


def _asserted(text: str, found: Sequence[Mention], labels: tuple[str, ...]) -> list[Mention]:
    """Leave out what is denied; of two labels, the other one is named."""
    kept: list[Mention] = []
    implied: list[Mention] = []
    for mention in found:
        denial = denied(text, mention.start)
        if not denial:
            kept.append(mention)
        elif mention.value and denial != "neither" and len(labels) == 2:
            other = labels[mention.value == labels[0]]
            implied.append(mention._replace(value=other))
    # "Not good, and not bad either" says nothing.
    return sorted([*kept, *(implied if len({each.value for each in implied}) == 1 else [])])


@lru_cache(maxsize=64)
def _pattern(labels: tuple[str, ...]) -> "re.Pattern[str]":
    """Compile a label set, longest first."""
    names = sorted({_words(label) for label in labels} - {""}, key=len, reverse=True)
    return re.compile("|".join(phrase(name) for name in names) or r"(?!)", re.IGNORECASE)


def _words(label: str) -> str:
    """Return the words of a label, width aside, as they are looked for."""
    return _JOIN.sub(" ", " ".join(narrow(label).split()))


def phrase(words: str) -> str:
    """Write words as a regular expression: any space between them, and nothing that changes them.

    A letter alone is looked for as it is written, or as a capital.
    """
    body = r"[\s_-]{1,3}".join(re.escape(word) for word in words.split())
    if len(words) == 1 and _latin(words):
        body = f"(?-i:[{words}{words.upper()}])"
    elif re.match(r"-\d", words):
        body = rf"(?:-|(?<![A-Za-z])(?:minus|negative)\s|负|零下){body[2:]}"
    return f"{_before(words)}{body}{_after(words)}"


def _before(words: str) -> str:
    """Write what must not stand before: the rest of a word or number, a sign, a negation of it."""
    first = words[0]
    if first.isdigit():
        return (
            r"(?<![A-Za-z0-9])(?<!\d[.,])(?:(?<!-)|(?<=[A-Za-z]-))"
            r"(?<!-\s)(?<!minus\s)(?<!negative\s)(?<!负)(?<!零下)"
        )
    if len(words) == 1 and _latin(first):
        return r"(?<![A-Za-z0-9'&_\\^])(?<![A-Za-z0-9]-)(?<![A-Za-z]\.)"
    if first in "+-":
        return r"(?<![A-Za-z0-9+-])"
    return r"(?<![A-Za-z0-9])" if _latin(first) else ""


def _after(words: str) -> str:
    """Write what must not stand after: the rest of a word or number, a sign."""
    last = words[-1]
    if last.isdigit():
        return r"(?![A-Za-z0-9+#])(?![.,-]\d)"
    if last in "+#-":
        return r"(?![A-Za-z0-9+#-])"
    if not _latin(last):
        return ""
    grade = "-" if len(words) <= _FEW else ""
    initial = r"(?!'|\.[A-Za-z])" if len(words) == 1 else ""
    return rf"(?![A-Za-z0-9+#{grade}]){initial}"


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
