"""What follows an announcement, read for the number that it concludes.

After "Answer:" stands a number, a sentence or a whole solution. A number that the text begins with
is the answer ("18 dollars, for 9 eggs"). A sentence concludes the last number that it says of its
subject: not one in a condition ("after adding 18 more,"), behind a preposition ("in 3 days") or an
article ("the 4 boys"), of which it speaks already. A solution concludes what its last sentence does.
"""

import re
from collections.abc import Sequence

from promptlab.extract import numbers
from promptlab.extract.mention import Mention
from promptlab.types import Question

_SENTENCE = re.compile(r"(?:[^.!?。！？\n]|[.!?](?!\s|$))+")
_FILLER = re.compile(
    r"(?:[\W_]|\b(?:about|approximately|approx|exactly|around|roughly|only|just|simply|also|still|"
    r"equal to|a total of|the number|therefore|so|thus|text|mathrm|mathbf|textbf)\b|[A-Za-z]\s?=|"
    r"大约|约|一共|总共|共|还剩下?|剩下?|有|是|为)*+"
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|will|would|can|has|have|had|makes?|made|costs?|gives?|gave|leaves?|left|"
    r"equals?|becomes?|takes?|took|needs?|gets?|got|earns?|holds?|means|plus|minus|times)\b|[是有为]|等于",
    re.IGNORECASE,
)
# What is said after the answer to explain it.
_REMARK = re.compile(
    r"[\W_]*(?:explanation|note|reason|reasoning|justification|check|verification|this is because|"
    r"because|since|to (?:find|get|solve|check|verify)|解释|理由|说明|注意?|分析|验算|因为|这是因为)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"[\W_]*(?:(?:and|but|so|then|now|therefore|thus|hence|finally)[\s,]+)*"
    r"(?:after|before|if|when|once|since|because|as|for|with|given|while|although|though|out of|in|at|"
    r"by|from|of|on|assuming|suppose|starting|adding|subtracting|during|until|unless|to|every)\b"
    r"[^,]*(?:,(?=\d{3})[^,]*)*,(?!\d)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\b(?:because|since|if|when|after|before|as (?:there|each|he|she|it|they|we|the)|given|while|where|"
    r"unless|assuming|rather than|instead of|compared to|than)\b.*|\bto (?!be\b)[a-z]+\b[^,]*|\([^()]*\)",
    re.IGNORECASE,
)
_HAN_CLAUSE = re.compile(
    r"(?:^|(?<=[,，;；]))(?:[^,，;；]*(?:之?后|以后|之?前|以前|时候?|的话)[,，]"
    r"|\s*(?:如果|若|当|因为|由于|假如|既然)[^,，;；]*)"
)
_SPOKEN_OF = re.compile(
    r"(?:\b(?:in|for|from|at|per|within|on|among|between|over|every|each|than|by|with|after|before|until|"
    r"during|the|these|those|all|both|into|below|above|under|across|first|last|next|of|to)\s+"
    r"|[每这那从用在对把按以])(?:(?:about|the|all|these|those|only|his|her|their)\s+)*[(*$\\]*\Z",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:(?:total|sum|amount|number|rest|remainder|difference|product|average|mean|price|cost|value|profit|"
    r"speed|length|area|age|distance|rate|balance|score|weight) (?:is |was )?of|left with|up with|"
    r"(?:equal|up|down|comes?|came|amounts?|increas\w+|ris\w+|rose|falls?|fell|drop\w*|goes|went|round\w*|"
    r"sums?|grow\w*|grew|reduc\w+|decreas\w+|close) to)\s+[(*$\\]*\Z",
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
    said: Mention | None = None
    for sentence in _SENTENCE.finditer(plain):
        if said is not None and _REMARK.match(sentence.group()):
            break
        found = numbers.mentions(sentence.group(), question)
        if not found:
            continue
        first = said is None
        if first and _leads(sentence.group(), found, prose=prose):
            return _moved(found[0], sentence.start())
        said = _moved(_of_sentence(sentence.group(), found), sentence.start())
        if not prose:
            break
    return said


def _moved(mention: Mention, by: int) -> Mention:
    return Mention(mention.start + by, mention.end + by, mention.value)


def _leads(sentence: str, found: Sequence[Mention], *, prose: bool) -> bool:
    """Say whether a sentence begins with its answer: "18 dollars", not "5 apples cost 10"."""
    if _FILLER.fullmatch(sentence, 0, found[0].start) is None:
        return False
    return not (prose and _VERB.search(sentence, found[0].end))


def _of_sentence(sentence: str, found: Sequence[Mention]) -> Mention:
    """Return the last number that a sentence says, and does not only speak of."""
    main = _outside(sentence, found, [_BEFORE.match(sentence), *_HAN_CLAUSE.finditer(sentence)])
    for clause in _AFTER.finditer(sentence):
        if any(mention.end <= clause.start() for mention in main):
            main = _outside(sentence, main, [clause])
    said = [mention for mention in main if not _spoken_of(sentence, mention)]
    return (said or main)[-1]


def _outside(
    sentence: str, found: Sequence[Mention], clauses: "Sequence[re.Match[str] | None]"
) -> Sequence[Mention]:
    """Return the numbers outside some clauses, or all where none is."""
    spans = [clause.span() for clause in clauses if clause is not None]
    kept = [
        mention
        for mention in found
        if not any(start <= mention.start < end for start, end in spans)
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
