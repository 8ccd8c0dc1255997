"""Choices: (B), B., b), option B, 选B, or the words of choice B itself; canonical is the letter.

Only letters of the question's own choices count; where it holds none apart, those written in its
text do ("(A) bank (B) library", or a line for each). The article "A" and the pronoun "I" are not
choices: such a letter counts with brackets or punctuation, at the end, or before the choice's text.
A choice that is denied or called wrong ("not A but B", "A is wrong") is not named, nor are several
in one breath ("A, B and C").
"""

import re
from bisect import bisect
from collections.abc import Collection, Iterator, Sequence
from string import ascii_uppercase

from promptlab.extract.mention import Mention
from promptlab.extract.options.labels import phrase
from promptlab.extract.options.listing import single
from promptlab.extract.options.negation import denied
from promptlab.extract.sentence import END
from promptlab.text.unicode import narrow
from promptlab.types import Question

_MARKED = re.compile(
    r"[(\[{]\s?(?:\\text\s?\{)?(?P<in>[A-Za-z])\}?\s?[)\]}]|"
    r"(?:\$|\\\()\s?(?:\\[a-z]{2,8}\s?\{\s?)?\(?(?P<math>[A-Z])\)?\s?\}?\s?"
    r"(?:\$|\\\)|(?=\.?\s*(?:\n|\Z)))|"
    r"(?<![A-Za-z])(?:(?i:option|choice|answer)s?[\s:*(]{1,4}|(?i:text|mathrm|mathbf|textbf)\{\s?)"
    r"(?P<named>[A-Za-z])(?![A-Za-z0-9'])|"
    r"(?:选项?|选择|答案)[是为:\s*(]{0,4}(?P<han>[A-Za-z])(?![A-Za-z0-9])|"
    r"(?<![A-Za-z0-9'.\-+])(?P<listed>[A-Za-z])[).](?![A-Za-z0-9])|"
    r"(?<![A-Za-z0-9'\-+$\\^_])(?P<bare>[A-Z])(?![A-Za-z0-9'+^_]|-[A-Za-z0-9])"
)
_AFTER_WORD = re.compile(
    r"\s+(?:and|or|is|was|because|since|as|seems|would|are|rather|instead|over|but|not)\b"
)
_INLINE = re.compile(
    r"(?:(?:(?<=\s)|^)\(?|(?<=[^\sA-Za-z0-9])\()(?P<letter>[A-Z])[).:、](?P<text>[^\n]*?)"
    r"(?=\s\(?[A-Z][).:、]|(?<=[^\sA-Za-z0-9])\([A-Z]\)|\n|$)"
)
_ANNOUNCED = re.compile(
    r"(?:^|[:{\n]|\b(?:option|choice|answer)(?:\s+is)?|选项?|答案[是为]?)[\s*_`]*\Z", re.IGNORECASE
)
_WRONG = re.compile(
    r"[\s\"'*)\]}.]{0,4}(?:is|are|was|(?:would|could|can|must|may|should)(?: all| both)? be|"
    r"can(?:not|'t) be)(?:\s+\w+ly)?(?:"
    r"\s+(?:incorrect|wrong|false|untrue|impossible|eliminated|ruled out|excluded|out)\b|"
    r"(?:n't|\s+not)\s+(?:\w+ly\s+)?(?:an?\s+|the\s+)?(?:correct|right|best|good|true|possible|likely|answer|valid|it)\b)|"
    r"[\s\"”)\]]{0,3}(?:项|选项)?是?(?:错误?的?|不对|不正确|不符合?|不选|不成立|可?被?排除)",
    re.IGNORECASE,
)
# A question for what is not so is answered by what is denied or called wrong.
_FAULT = re.compile(
    r"\b(?:is|are)\s+(?:the\s+)?(?:\w+ly\s+)?(?:incorrect|false|untrue|wrong|"
    r"not\s+(?:true|correct|right|valid))\b(?=\s*(?:[?:.]|$|about|regarding|concerning|statement|"
    r"answer|option))|(?:错误|不正确|不对|不成立)的",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"(?:\b(?:not|except|never)|n't)\b", re.IGNORECASE)
_CALLED = re.compile(r"\A\W*not\b|\b(?:answer|option|choice|correct)\b|答案|选", re.IGNORECASE)
_RULED_OUT = re.compile(
    r"(?:eliminat\w+|rul(?:e|es|ed|ing) out|exclud\w+|discard\w*|排除了?|"
    r"(?:pick|choos|prefer|select|go with)[^.\n]{1,20}\sover)"
    r"(?:\s*(?:choices?|options?|answers?|both|the|选项))*[\s(\"'*]*\Z",
    re.IGNORECASE,
)
_EITHER = re.compile(r"\bor\b|或|还是", re.IGNORECASE)
_BREAK = re.compile(rf"{END.pattern}|\n", re.MULTILINE)
_MANY = 26
_NEAR = 30
_SHORT = 3


def mentions(text: str, question: Question, *, digits_only: bool = False) -> list[Mention]:
    """Return the choices that a text names, in order: its letters, or else its words.

    Args:
        text: What was said.
        question: Gives the choices.
        digits_only: Name those of a list one by one, as the first papers did.
    """
    plain, options = narrow(text), choices(question)
    whole = _whole(plain, options)
    if whole is not None:
        return [Mention(0, len(text), whole)]
    words = list(_words(plain, options))
    letters = _outside(words, list(_letters(plain, options)))
    if not digits_only:
        letters = _singly(plain, letters, options)
        # "Also a farm, a mill and so on": prose says several of which none is the answer.
        words = [
            m for m in single(plain, words) if m.value or _EITHER.search(plain, m.start, m.end)
        ]
    if _FAULT.search(question.text):
        return _merged(plain, letters, words)
    named = [each for each in letters if not _refused(plain, each)]
    said = [each for each in words if not _refused(plain, each)]
    if not named and not said and _NEGATED.search(question.text):
        said = [
            each
            for each in words
            if not _CALLED.search(plain, max(0, each.start - _NEAR), each.start)
        ]
    return _merged(plain, named, said, set(letters).difference(named))


def _singly(text: str, letters: Sequence[Mention], options: Sequence[str]) -> list[Mention]:
    """Return the letters, those in a list as one; its items may have their words with them."""
    by_start = {letter.start: letter for letter in letters}
    worded = [letter._replace(end=_words_end(text, letter, options)) for letter in letters]
    return [by_start[each.start] if each.value else each for each in single(text, worded)]


def _words_end(text: str, letter: Mention, options: Sequence[str]) -> int:
    """Return where the words of a choice end that stand behind its letter; else its letter."""
    index = ascii_uppercase.index(letter.value)
    words = squeezed(options[index]) if index < len(options) else ""
    own = (
        re.compile(rf"[\s.:)]{{0,3}}{_edged(words)}", re.I).match(text, letter.end)
        if words
        else None
    )
    return own.end() if own else letter.end


def _outside(words: Sequence[Mention], letters: Sequence[Mention]) -> list[Mention]:
    """Leave out the letters inside a choice's words: "both A and B", "vitamin C"."""
    starts = [word.start for word in words]

    def inside(letter: Mention) -> bool:
        at = bisect(starts, letter.start) - 1
        return (
            at >= 0
            and letter.end <= words[at].end
            and words[at].end - words[at].start > letter.end - letter.start + 1
        )

    return [letter for letter in letters if not inside(letter)]


def _refused(text: str, mention: Mention) -> bool:
    """Say whether a choice is denied, ruled out or called wrong."""
    before = text[max(0, mention.start - _NEAR) : mention.start]
    return bool(
        denied(text, mention.start) or _RULED_OUT.search(before) or _WRONG.match(text, mention.end)
    )


def choices(question: Question) -> tuple[str, ...]:
    """Return the question's choices, or those written in its text."""
    return question.choices or parted(question.text)[1]


def parted(text: str) -> tuple[str, tuple[str, ...]]:
    """Part a question from the choices that are written in it, if they are two or more."""
    found: list[str] = []
    stem = text
    for match in _INLINE.finditer(narrow(text)):
        if match["letter"] == "A":
            found, stem = [match["text"].strip()], text[: match.start()]
        elif found and match["letter"] == ascii_uppercase[len(found) % _MANY]:
            found.append(match["text"].strip())
    return (stem, tuple(found)) if len(found) > 1 else (text, ())


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
    if group == "math":
        return _ANNOUNCED.search(text, max(0, match.start() - 20), match.start()) is not None
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


def _merged(
    text: str,
    letters: Sequence[Mention],
    words: Sequence[Mention],
    refused: Collection[Mention] = (),
) -> list[Mention]:
    """Return all mentions in order; in a sentence that has a letter, the letter counts.

    The words of a refused letter do not name it again: "not (D), as cats have four legs".
    """
    breaks = [match.end() for match in _BREAK.finditer(text)]
    lettered = {bisect(breaks, mention.start) for mention in letters}
    out = {(bisect(breaks, mention.start), mention.value) for mention in refused}
    # A choice of a character or two ("4") is in a text for many reasons.
    shortest = _SHORT if letters else 1
    kept = [
        mention
        for mention in words
        if mention.end - mention.start >= shortest
        and (sentence := bisect(breaks, mention.start)) not in lettered
        and (sentence, mention.value) not in out
    ]
    return sorted([*letters, *kept])
