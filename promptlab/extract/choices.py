"""Choices: (B), B., b), option B, 选B, or the words of choice B itself; canonical is the letter.

Only letters of the question's own choices count; where it holds none apart, those written in its
text do ("(A) bank (B) library", or a line for each). The article "A" and the pronoun "I" are not
choices: such a letter counts with brackets or punctuation, at the end, or before the choice's text.
"""

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from string import ascii_uppercase

from promptlab.extract.labels import phrase
from promptlab.extract.mention import Mention
from promptlab.extract.widths import narrow
from promptlab.types import Question

_MARKED = re.compile(
    r"(?P<bracket>[(\[{])\s?(?:\\text\s?\{)?(?P<in>[A-Za-z])\}?\s?[)\]}]|"
    r"(?<![A-Za-z])(?:(?i:option|choice|answer)s?[\s:*(]{1,4}|(?i:text|mathrm|mathbf|textbf)\{\s?)"
    r"(?P<named>[A-Za-z])(?![A-Za-z0-9'])|"
    r"(?:选项?|选择|答案)[是为:\s*(]{0,4}(?P<han>[A-Za-z])(?![A-Za-z0-9])|"
    r"(?<![A-Za-z0-9'.\-+])(?P<listed>[A-Za-z])[).](?![A-Za-z0-9])|"
    r"(?<![A-Za-z0-9'\-+$\\^_])(?P<bare>[A-Z])(?![A-Za-z0-9'+^_]|-[A-Za-z0-9])"
)
_AFTER_WORD = re.compile(r"\s+(?:and|or|is|was|because|since|as|seems|would|are)\b")
_INLINE = re.compile(
    r"(?:(?<=\s)|^)\(?(?P<letter>[A-Z])[).:、](?P<text>[^\n]*?)(?=\s\(?[A-Z][).:、]|\n|$)"
)
_SENTENCE = re.compile(r"[.!?](?=\s)|[。！？\n]")
_MANY = 26
_SHORT = 3


def mentions(text: str, question: Question) -> list[Mention]:
    """Return the choices that a text names, in order: its letters, or else its words."""
    plain, options = narrow(text), choices(question)
    whole = _whole(plain, options)
    if whole is not None:
        return [Mention(0, len(text), whole)]
    letters = list(_letters(plain, options))
    words = list(_words(plain, options))
    return _merged(plain, letters, words)


def choices(question: Question) -> tuple[str, ...]:
    """Return the question's choices, or those written in its text."""
    if question.choices:
        return question.choices
    found: list[str] = []
    for match in _INLINE.finditer(narrow(question.text)):
        if match["letter"] == "A":
            found = [match["text"].strip()]
        elif found and match["letter"] == ascii_uppercase[len(found) % _MANY]:
            found.append(match["text"].strip())
    return tuple(found) if len(found) > 1 else ()


def _whole(text: str, options: Sequence[str]) -> str | None:
    """Return the letter of a text that is nothing but a letter, or nothing but a choice."""
    bare = squeezed(text)
    if len(bare) == 1 and bare.upper() in _letters_of(options):
        return bare.upper()
    return _by_words(options).get(bare) if bare else None


def squeezed(text: str) -> str:
    """Return a choice's words in the form in which they are compared."""
    return " ".join(narrow(text).casefold().split()).strip(" .,;:!?*_`\"'()[]。，；：！？、")


def _letters_of(options: Sequence[str]) -> str:
    """Return the letters of the choices; all, where the choices are not known."""
    return ascii_uppercase[: len(options) or _MANY]


def _by_words(options: Sequence[str]) -> dict[str, str]:
    """Return each choice's words with its letter; of two equal choices, the first."""
    pairs = list(zip(map(squeezed, options), ascii_uppercase, strict=False))
    return {words: letter for words, letter in reversed(pairs) if words}


def _letters(text: str, options: Sequence[str]) -> Iterator[Mention]:
    """Yield the letters that name a choice."""
    known = _letters_of(options)
    for match in _MARKED.finditer(text):
        group = match.lastgroup or ""
        letter = match[group]
        if letter.upper() in known and _is_choice(text, match, group, options):
            yield Mention(match.start(), match.end(), letter.upper())


def _is_choice(text: str, match: "re.Match[str]", group: str, options: Sequence[str]) -> bool:
    """Tell a choice from an article, a pronoun or a piece of an abbreviation."""
    letter = match[group]
    if group in {"in", "han"}:
        return True
    if letter.islower():
        return match.group().endswith(")") or (group == "named" and "(" in match.group())
    if letter not in "AI" or group == "listed":
        return True
    rest = text[match.end() : match.end() + 80]
    if group == "named" and not match.group().lower().startswith("answer"):
        return True
    index = ascii_uppercase.index(letter)
    words = squeezed(options[index]) if index < len(options) else ""
    follows = bool(words) and squeezed(rest).startswith(words)
    return follows or _AFTER_WORD.match(rest) is not None or not re.match(r"\s+[A-Za-z]", rest)


def _words(text: str, options: Sequence[str]) -> Iterator[Mention]:
    """Yield the places where the words of a choice stand."""
    letters = _by_words(options)
    if not letters:
        return
    ordered = sorted(letters, key=len, reverse=True)
    pattern = re.compile("|".join(map(_edged, ordered)), re.IGNORECASE)
    for match in pattern.finditer(text):
        letter = letters.get(squeezed(match.group()))
        if letter is not None:
            yield Mention(match.start(), match.end(), letter)


def _edged(words: str) -> str:
    """Write a choice's words as a regular expression that never matches a part of a number."""
    before = r"(?<![-.,\d])" if words[0].isdigit() else ""
    after = r"(?![.,]?\d)" if words[-1].isdigit() else ""
    return f"{before}{phrase(words)}{after}"


def _merged(text: str, letters: Sequence[Mention], words: Sequence[Mention]) -> list[Mention]:
    """Return all mentions in order; in a sentence that has a letter, the letter counts."""
    breaks = [match.end() for match in _SENTENCE.finditer(text)]
    lettered = {bisect(breaks, mention.start) for mention in letters}
    # A choice of a character or two ("4") is in a text for many reasons.
    shortest = _SHORT if letters else 1
    kept = [
        mention
        for mention in words
        if mention.end - mention.start >= shortest and bisect(breaks, mention.start) not in lettered
    ]
    return sorted([*letters, *kept])
