"""Listing: several answers named in one breath ("A, B and C", 好评或差评) are none of them."""

import re
from collections.abc import Iterator, Sequence

from promptlab.extract.mention import Mention
from promptlab.extract.options.negation import denied

_CLOSED, _OPENED = r"[\s)\]}\"'*_`$.]{0,6}", r"[\s(\[{\"'*_`$]{0,6}"
_WORD = r"(?:and/or|or|and|nor|as well as|和|与|或者|或|及|以及|还是)"
_NOUN = r"(?:(?:both|also|either|the|an?|option|choice|answer|label)\s+|选项)?"
_JOINED = re.compile(rf"{_CLOSED}(?:[,、;]?\s?{_WORD}(?![a-z])|/|&){_OPENED}{_NOUN}{_OPENED}", re.I)
_COMMA = re.compile(rf"{_CLOSED}[,、;]{_OPENED}{_NOUN}{_OPENED}", re.I)
_CHOSEN = re.compile("选(?!项)")
_SAYS = re.compile(
    r"[\s)\]\"'*]{0,4}\s(?!(?:and|or|nor|are|were|have|both|all)\b)[a-z]|[是为不错对]"
)
"""What makes a sentence of the last of a list: "It is C, A is too large" lists nothing; nor
does "not A, B"."""


def single(text: str, mentions: Sequence[Mention], *, commas: bool = True) -> list[Mention]:
    """Return the mentions, a list of different answers as one that has no value.

    Args:
        text: What was said.
        mentions: In order.
        commas: Whether a comma alone makes a list, too.
    """
    return [_one(run) for run in _runs(text, mentions, commas)]


def _one(run: Sequence[Mention]) -> Mention:
    value = run[0].value if len({mention.value for mention in run}) == 1 else ""
    return Mention(run[0].start, run[-1].end, value)


def _runs(text: str, mentions: Sequence[Mention], commas: bool) -> Iterator[list[Mention]]:
    """Part the mentions into lists."""
    run: list[Mention] = []
    for mention in mentions:
        if run and not _listed(text, run[-1], mention, commas):
            yield run
            run = []
        run.append(mention)
    if run:
        yield run


def _listed(text: str, one: Mention, other: Mention, commas: bool) -> bool:
    if other.start - one.end > 40:
        return False
    if _JOINED.fullmatch(text, one.end, other.start):
        return True
    return (
        commas
        and not denied(text, one.start)
        and _COMMA.fullmatch(text, one.end, other.start) is not None
        and _SAYS.match(text, other.end) is None
        and _CHOSEN.match(text, other.start) is None
    )
