"""An order of a question's items: "C, A, B", "C > A > B", 先C，再A，最后B, a numbered list, JSON.

Items are the question's choices, or those written in its text, named by their letters or by their
own words; where it has none, capital letters are. Of several orders that a text names, the one with
the most items counts, of those the last.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from string import ascii_uppercase

from promptlab.extract.mention import Mention
from promptlab.extract.options.choices import choices
from promptlab.types import Question

_LETTER = re.compile(r"(?<![^\W_])(?:[(\[]\s?([A-Za-z])\s?[)\]]|([A-Z]))(?![^\W_]|'[a-z])")
_HAN_LETTER = re.compile(r"(?<![A-Za-z0-9])([A-Z])(?![A-Za-z0-9])")
_JOINT = re.compile(
    r"(?:[\s\d.,:;、·•*_`\"'(){}\[\]>≥<≤=→⇒|/&#—–-]|"
    r"\b(?:and|then|next|finally|last(?:ly)?|followed|by|before|after|that|is|the|option|item|"
    r"comes?|first|second|third|fourth|fifth)\b|"
    r"[和与再是然后最接着第其次一二三四五六七八九十到项选题位，。；：）（】【]|之后|排在?|为)*"
)
"""What may stand between two items of one order."""


def order(text: str, question: Question) -> tuple[str, ...]:
    """Return the letters of the items in the order that a text names; empty where it names none.

    An item that is named twice counts where it is named first. An order has two items at least,
    unless the question has one alone.
    """
    plain = unicodedata.normalize("NFKC", text)
    listed = _json_items(plain)
    if listed is not None:
        plain = "\n".join(f"{place}. {item}" for place, item in enumerate(listed, start=1))
    items = choices(question)
    runs = [tuple(dict.fromkeys(run)) for run in _runs(plain, _mentions(plain, items))]
    longest = max(runs, key=len, default=())
    best = next((run for run in reversed(runs) if len(run) == len(longest)), ())
    return best if len(best) > 1 or len(items) == 1 else ()


def _json_items(text: str) -> list[str] | None:
    """Return the items of a JSON list of texts; None where the text is no such list."""
    try:
        value = json.loads(text.strip())
    except (ValueError, RecursionError):
        return None
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return value
    return None


def _mentions(text: str, items: Sequence[str]) -> list[Mention]:
    """Find the items that a text names, by word and by letter, in order; none over another."""
    words = list(_words(text, items))
    covered = [(mention.start, mention.end) for mention in words]
    letters = [
        letter
        for letter in _letters(text, len(items) or len(ascii_uppercase))
        if not any(start < letter.end and letter.start < end for start, end in covered)
    ]
    return sorted((*words, *letters), key=lambda mention: mention.start)


def _letters(text: str, count: int) -> Iterator[Mention]:
    known = ascii_uppercase[:count]
    found: dict[int, Mention] = {}
    for match in (*_LETTER.finditer(text), *_HAN_LETTER.finditer(text)):
        letter = next(group for group in match.groups() if group).upper()
        if letter in known:
            found.setdefault(match.end(), Mention(match.start(), match.end(), letter))
    yield from _whole(list(found.values()))


def _whole(mentions: "Sequence[Mention] | Iterator[Mention]") -> Iterator[Mention]:
    """Leave out a mention inside another one: the `A` of `(A)`."""
    end = 0
    for mention in sorted(mentions, key=lambda each: (each.start, -each.end)):
        if mention.start >= end:
            yield mention
            end = mention.end


def _words(text: str, items: Sequence[str]) -> Iterator[Mention]:
    """Find the items' own words, the longest item first, where they stand for themselves."""
    taken: list[tuple[int, int]] = []
    plain = [" ".join(unicodedata.normalize("NFKC", each).split()) for each in items]
    for index in sorted(range(len(plain)), key=lambda index: -len(plain[index])):
        item = plain[index]
        if index >= len(ascii_uppercase) or len(item) < 2:
            continue
        pattern = r"\s+".join(map(re.escape, item.split()))
        edged = rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])"
        for match in re.finditer(edged, text, re.IGNORECASE):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                taken.append(match.span())
                yield Mention(match.start(), match.end(), ascii_uppercase[index])


def _runs(text: str, mentions: Sequence[Mention]) -> Iterator[list[str]]:
    """Part the mentions into orders: what stands between two items of one is no sentence."""
    run: list[str] = []
    end = 0
    for mention in mentions:
        between = text[end : mention.start]
        if run and not _JOINT.fullmatch(between) and not _next_line(between):
            yield run
            run = []
        run.append(mention.value)
        end = mention.end
    if run:
        yield run


_ITEM = re.compile(r"[^\n]*(?:\n\s*)+(?:第?[\d一二三四五六七八九十]+[.):、位]?|[-*•])[\s*_(\[\"']*")
"""The rest of a line that explains its item, and what the next line of the list begins with."""


def _next_line(between: str) -> bool:
    return _ITEM.fullmatch(between) is not None
