"""What follows an announcement, read for the number that it concludes.

After "Answer:" stands a number, a sentence or a whole solution. A number that the text begins with
is the answer ("18 dollars, for 9 eggs"). A sentence concludes the last number that it says: none in
a condition ("after adding 18 more,"), behind a preposition ("in 3 days") or an article ("the 4
boys"), of which it speaks already. A solution concludes what its last sentence does.
"""

import re
from collections.abc import Sequence

from promptlab.extract.mention import Mention
from promptlab.extract.number import numbers
from promptlab.types import Question

_SENTENCE = re.compile(r"(?:[^.!?。！？\n]|[.!?](?!\s|$)|!(?=[ ]?[=*×/+]))+")
# What may stand before a number that is the answer: "**about $", "x = ", 一共.
_FILLER = re.compile(
    r"(?:[\W_]|\b(?:about|approximately|approx|exactly|around|roughly|only|just|simply|also|still|"
    r"equal to|a total of|the number|therefore|so|thus|text|mathrm|mathbf|textbf)\b|[A-Za-z]\s?=|"
    r"大约|约|一共|总共|共|还剩下?|剩下?|有|是|为)*+"
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|will|would|can|has|have|had|makes?|made|costs?|gives?|gave|leaves?|"
    r"left(?= \d)|equals?|becomes?|takes?|took|needs?|gets?|got|earns?|holds?|means|sold|bought|"
    r"went|goes|ate|ran|came|plus|minus|times|(?!red|need)[a-z]{2,}ed)\b|[是有为]|等于",
    re.IGNORECASE,
)
# A sum that goes on in the next line.
_SUM = re.compile(r"\s*[=+×*/÷]")
# An item of a list that has no numbers.
_ITEM = re.compile(r"\s*^[ \t]*[-•*][ \t]", re.MULTILINE)
# What a number that is not understood comes to: 676 - 224, which is 452.
_RESTATED = re.compile(
    r"(?: [a-z]+)?\W*(?:which (?:is|equals)|that is|equals?|is|or about|about|i\.e\.)\b",
    re.IGNORECASE,
)
# What is said after the answer to explain it.
_REMARK = re.compile(
    r"[\W_]*(?:(?:explanation|note|reason|reasoning|justification|check|verification)\b|"
    r"this is because|because|解释|理由|说明|注意?[:：]|验算|因为|这是因为)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"[\W_]*(?:(?:and|but|so|then|now|therefore|thus|hence|finally)[\s,]+)*"
    r"(?:after|before|if|when|once|since|because|as|for|with|given|while|although|though|out of|"
    r"in|at|by|from|of|on|assuming|suppose|starting|adding|subtracting|during|until|unless|to|"
    r"every)\b[^,]*(?:,(?=\d{3})[^,]*)*,(?!\d)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\b(?:because|since)\b.*|\([^()]*\)|"
    r"\b(?:if|when|after|before|as (?:there|each|he|she|it|they|we|the)|given|while|where|unless|"
    r"assuming|rather than|instead of|compared to|than|to (?!be\b|find\b|get\b|see\b)[a-z]+)\b"
    r"(?:[^,]|,(?=\d{3}))*",
    re.IGNORECASE,
)
_HAN_CLAUSE = re.compile(
    r"(?:^|(?<=[,，;；]))(?:[^,，;；]*(?:之?后|以后|之?前|以前|时候?|的话)[,，]"
    r"|\s*(?:如果|若|当|因为|由于|假如|既然)[^,，;；]*)"
)
_SO = re.compile(
    r"\b(?:so|therefore|thus|hence|which means|that means|meaning|leaving|making|giving)\b|"
    r"所以|因此|从而|故",
    re.IGNORECASE,
)
_SPOKEN_OF = re.compile(
    r"(?:\b(?:in|for|from|at|per|within|on|among|between|over|every|each|than|by|with|after|before|"
    r"until|during|the|these|those|all|both|into|below|above|under|across|first|last|next|of|to)\s+"
    r"|[每这那从用在对把按以])(?:(?:about|the|all|these|those|only|his|her|their)\s+)*[(*$\\]*\Z",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:(?:total|sum|amount|number|rest|remainder|difference|product|average|mean|price|cost|"
    r"value|profit|speed|length|area|age|distance|rate|balance|score|weight) (?:is |was )?of|"
    r"left with|up with|(?:equal|up|down|comes?|came|amounts?|increas\w+|ris\w+|rose|falls?|fell|"
    r"drop\w*|goes|went|round\w*|sums?|grow\w*|grew|reduc\w+|decreas\w+|close) to)\s+[(*$\\]*\Z",
    re.IGNORECASE,
)
_TIMES = re.compile(r"\s?times\b", re.IGNORECASE)
_EQUAL = re.compile(r"[=≈]|\bequals?\b|\\approx|等于")
_CONTEXT = 40
"""Characters before a number that tell what it is to its sentence."""


def concluded(text: str, question: Question, *, prose: bool) -> Mention | None:
    """Return the number that a text concludes; its value is empty where it is not understood.

    Args:
        text: What follows an announcement.
        question: What was asked.
        prose: Whether a solution may follow ("Answer:"), or only the answer ("the answer is").
    """
    plain = numbers.unlabelled(text)
    in_digits = _has_digits(plain)
    said: Mention | None = None
    for sentence in _SENTENCE.finditer(plain):
        if said is not None and (not prose or _REMARK.match(sentence.group())):
            break
        found = numbers.mentions(sentence.group(), question)
        if found and _leads(plain, sentence, found, prose=prose):
            return _moved(found[0], sentence.start())
        if found and in_digits == _has_digits(sentence.group()):
            said = _moved(_of_sentence(sentence.group(), found), sentence.start())
    return said


def _has_digits(text: str) -> bool:
    return re.search(r"\d", text) is not None


def _moved(mention: Mention, by: int) -> Mention:
    return Mention(mention.start + by, mention.end + by, mention.value)


def _leads(text: str, sentence: "re.Match[str]", found: Sequence[Mention], *, prose: bool) -> bool:
    """Say whether a text begins with its answer: "18 dollars", but not "5 apples cost 10"."""
    before = text[: sentence.start() + found[0].start]
    rest = sentence.group()[found[0].end :]
    if not _FILLER.fullmatch(before) or (not found[0].value and _RESTATED.match(rest)):
        return False
    if not prose:
        return True
    # One calculation after another is a working: the last one ends it.
    equal = _EQUAL.search(sentence.group(), 0, found[0].end)
    listed = _ITEM.search(before) and _ITEM.match(text, sentence.end())
    return not (
        listed
        or (equal and "=" in text[sentence.end() :])
        or _VERB.search(rest)
        or re.search("[=+]", rest)
        or _SUM.match(text, sentence.end())
        or _says_more(sentence.group(), found)
    )


def _says_more(sentence: str, found: Sequence[Mention]) -> bool:
    """Say whether a number goes on to say another one: "4 bags hold 21 shells"."""
    if len(found) == 1 or _spoken_of(sentence, found[1]):
        return False
    return re.search("[,;:(—]", sentence[found[0].end : found[1].start]) is None


def _of_sentence(sentence: str, found: Sequence[Mention]) -> Mention:
    """Return the last number that a sentence says, and does not only speak of."""
    main = _outside(found, [_BEFORE.match(sentence), *_HAN_CLAUSE.finditer(sentence)])
    for clause in _AFTER.finditer(sentence):
        if any(mention.end <= clause.start() for mention in main):
            main = _outside(main, [clause])
    results = [mark.end() for mark in _SO.finditer(sentence) if mark.end() <= main[-1].start]
    main = [mention for mention in main if mention.start >= max(results, default=0)]
    said = [mention for mention in main if not _spoken_of(sentence, mention)] or main
    equal = [mention for mention in said if _EQUAL.search(sentence, mention.start, mention.end)]
    return (equal or said)[-1]


def _outside(
    found: Sequence[Mention], clauses: "Sequence[re.Match[str] | None]"
) -> Sequence[Mention]:
    """Return the numbers outside some clauses, or all where none is."""
    spans = [clause.span() for clause in clauses if clause is not None]
    kept = [
        mention
        for mention in found
        if not any(start <= mention.start and mention.end <= end for start, end in spans)
    ]
    return kept or found


def _spoken_of(sentence: str, mention: Mention) -> bool:
    """Say whether a number is a circumstance: "in 3 days", "the 4 boys", "3 times"."""
    if _EQUAL.search(sentence, mention.start, mention.end):
        return False
    before = sentence[max(0, mention.start - _CONTEXT) : mention.start]
    if _TIMES.match(sentence, mention.end):
        return True
    return _SPOKEN_OF.search(before) is not None and _SAID.search(before) is None
