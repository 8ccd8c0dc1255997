"""Yes or no: yes, No., true, FALSE, 是的, 不是, 否, 对, 错误, 肯定的.

"no" is also a determiner ("there is no way to know"), and then says nothing; 是 is also the copula
(这是一本书). A word counts where it stands alone or begins the text; where none does, English words
count anywhere. A denial turns its word round ("not false", 并非正确), and "yes or no" is neither.
"It is wrong" says yes where that was the question, so it is not read there.
"""

import re
from collections.abc import Iterator, Sequence

from promptlab.extract.mention import Mention
from promptlab.extract.options.listing import single
from promptlab.extract.options.negation import denied
from promptlab.text.unicode import HAN, narrow
from promptlab.types import Question

_NO = (
    "no|nope|nah|false|incorrect|untrue|wrong|"
    "(?:(?:absolutely|certainly|definitely|of course|probably|clearly|surely) not|not at all)"
    r"(?=\s*(?:[.,;!?)]|$))"
)
_YES = "yes|yeah|yep|yup|true|correct|affirmative|(?:(?<=not )|(?<=n't ))right"
_WORD = re.compile(rf"(?<![A-Za-z])(?:(?P<no>{_NO})|(?P<yes>{_YES}))(?![A-Za-z])", re.IGNORECASE)
# What goes on after a "no" that is an answer; any other word makes it a determiner.
_GOES_ON = (
    r"it|he|she|they|we|you|i|this|that|these|those|the|a|an|there|because|since|as|but|and|or|not|"
    r"if|in|at|for|by|on|my|his|her|its|your|our|their|most|some|many|all|both|each|every|only"
)
_DETERMINER = re.compile(
    rf"[ \t]+(?!(?:{_GOES_ON})\b|way[ \t]*(?:[.!,]|$))[a-z]|\.[ \t]?\d|-(?=[A-Za-z])"
)
_HAN_NO = (
    "不是的?|并非如此|并非|不对|不正确|不准确|不成立|不属实|不能|不会|不可以|不可能|不行|没有|"
    "错误的?|错的?|否定的?|否|假的?"
)
_HAN_YES = "是的?|对的?|正确的?|可以|能|会|真的?|没有?错|属实|成立|肯定(?:的|是|能|会|可以)?"
_HAN = re.compile(
    rf"(?:(?<![{HAN}])|(?<=[答结][案论][是为])|(?<=回答[是为]))"
    rf"(?:(?P<no>{_HAN_NO})|(?P<yes>{_HAN_YES}))(?![{HAN}])"
)
# "… 是正确的" at the end of a clause; "是否正确" asks.
_PREDICATE = re.compile(
    r"(?<![不没非])(?<!不是)(?<!并非)(?<!没有)(?<!是否)"
    r"(?P<denied>(?:(?<!是)不是|并不是?|(?<!是)不|并?非|并?没有?)(?:完全|太|很|真正)?)?"
    rf"(?:(?P<yes>正确|准确|属实|成立|真的|对的)|(?P<no>错误|错的|假的|不实|虚假|(?<!对)不对))的?(?![{HAN}])"
)
# What a question asks for itself ("Is it wrong to …?"), unless it offers the opposite, too.
_FAULT = re.compile(r"\b(?:false|incorrect|untrue|wrong)\b|错|不正确|不对|假")
_EITHER = re.compile(r"\b(?:true|correct|right|yes)\b|(?<!不)正确|(?<!不)对|真", re.IGNORECASE)
_AFTER = re.compile(r"""\s*(?:-(?![A-Za-z])|[.,;:!?"')*\]}<=，。；：！？]|$)|\s*\n""")
_NEGATIVE = frozenset(["no", "nope", "nah"])


def mentions(text: str, question: Question) -> list[Mention]:
    """Return where a text says yes or no, in order."""
    plain = narrow(text)
    beginning = len(plain) - len(plain.lstrip())
    asked = set() if _EITHER.search(question.text) else set(_FAULT.findall(question.text.lower()))
    found = [
        mention
        for mention in sorted({*_words(plain), *_in_chinese(plain)})
        if mention.start == beginning
        or asked.isdisjoint(_FAULT.findall(plain[mention.start : mention.end].lower()))
    ]
    said = list(_asserted(plain, single(plain, found, commas=False)))
    alone = [mention for mention in said if _alone(plain, mention, beginning)]
    return alone or said


def _words(text: str) -> Iterator[Mention]:
    for match in _WORD.finditer(text):
        if match.group().lower() != "no" or not _DETERMINER.match(text, match.end()):
            yield Mention(match.start(), match.end(), "no" if match["no"] else "yes")


def _in_chinese(text: str) -> Iterator[Mention]:
    for match in _HAN.finditer(text):
        yield Mention(match.start(), match.end(), "no" if match["no"] else "yes")
    for match in _PREDICATE.finditer(text):
        turned = bool(match["no"]) != bool(match["denied"])
        yield Mention(match.start(), match.end(), "no" if turned else "yes")


def _asserted(text: str, found: Sequence[Mention]) -> Iterator[Mention]:
    """Turn round what is denied in English; leave out what "no" and "neither" deny."""
    for mention in found:
        word = text[mention.start : mention.end].lower()
        if not mention.value:
            yield mention
            continue
        denial = denied(text, mention.start) if word.isascii() and word not in _NEGATIVE else ""
        if denial == "not" and mention.value:
            yield mention._replace(value="no" if mention.value == "yes" else "yes")
        elif not denial:
            yield mention


def _alone(text: str, mention: Mention, beginning: int) -> bool:
    """Say whether a word is more than a part of its sentence: "No." but not "no reason"."""
    return mention.start == beginning or _AFTER.match(text, mention.end) is not None
