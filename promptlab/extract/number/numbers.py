r"""Numbers: $1,000, −5, ５０％, 3.50, 1/2, \frac{1}{2}, 3×10^5, 3万, twenty-five, 二十五.

The canonical form is a plain decimal: no grouping, no unit, no trailing zeros. Integers are exact
up to the bounds of `bounds.py`; other numbers keep twelve significant digits, which is how two of
them are compared: 0.1 + 0.2 is 0.3, and 1/3 is 0.333333333333 and not 0.333. A percentage is its
number: 50% is 50. A calculation names its result: "5 + 3 = 8" is 8. What is understood in part
only ("3√2", "12:30", "5 or 6") is a mention without a value, and never a value that is a part.
"""

import re
from collections.abc import Iterator
from decimal import Context, Decimal

from promptlab.extract.bounds import DIGITS, bounded
from promptlab.extract.mention import Mention
from promptlab.extract.number.calculation import results
from promptlab.extract.number.chinese_numerals import CHINESE, chinese
from promptlab.extract.number.digits import Written, is_below_zero, written
from promptlab.extract.number.numerals import ENGLISH, english
from promptlab.text.unicode import narrow
from promptlab.types import Question

_DIGITS = 12
_RUN = re.compile(r"-?[0-9][0-9,]*+(?:\.[0-9]++)?")
_LABEL = re.compile(
    r"\b(?:step|question|problem|example|equation|method)[ ]?(?:\#|no\.?[ ]?)?\(?"
    r"\d{1,3}(?![\d.,]*\d)|第[ ]?(?:\d{1,4}|[一二三四五六七八九十]{1,3})|步骤[ ]?\d{1,3}|[①-⑳]",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"^[ \t*#>-]{0,8}\(?(?P<number>\d{1,3})(?:[.):、][*]{0,2}(?=\s)|、)", re.MULTILINE
)
# The zero of "8 below zero".
_OF_THE_SCALE = re.compile(r"below zero\b", re.IGNORECASE)
_GROUPED = re.compile("(?<=\\d)\u00a0(?=\\d{3}(?!\\d))")


def mentions(text: str, question: Question) -> list[Mention]:
    """Return the numbers that a text names, in order; one that is not understood has no value.

    Numbers in words count only where the text has no digits. What numbers a step or an item of a
    list names no number.
    """
    plain = unlabelled(bounded(text))
    found = list(written(plain, question.text)) or list(_in_words(plain, question))
    return [
        Mention(number.start, number.end, "" if number.value is None else canonical(number.value))
        for number in results(plain, found, question.text)
    ]


def whole(text: str, question: Question) -> str | None:
    """Return the number that a text names, if it names one and no other."""
    found = {mention.value for mention in mentions(text, question)}
    return found.pop() or None if len(found) == 1 else None


def digits(text: str) -> list[Mention]:
    """Return the runs of digits of a text, as the first papers read numbers.

    Kojima et al. (https://arxiv.org/abs/2205.11916): commas away, then a sign, digits and decimals,
    as they are written: 3.50 stays 3.50.
    """
    return [
        Mention(match.start(), match.end(), match.group().replace(",", ""))
        for match in _RUN.finditer(narrow(bounded(text)))
        if match.end() - match.start() <= DIGITS
    ]


def canonical(value: Decimal) -> str:
    """Write a number as a plain decimal."""
    if value != value.to_integral_value():
        value = Context(prec=max(_DIGITS, value.adjusted() + 1)).plus(value)
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def unlabelled(text: str) -> str:
    """Return a narrow text, equally long, without "Step 2" and the numbers of a list's items."""
    text = narrow(_GROUPED.sub("\u202f", text))
    signs = list(_LABEL.sub(lambda match: " " * len(match.group()), text))
    for start, end in _list_numbers(text):
        signs[start:end] = " " * (end - start)
    return "".join(signs)


def _list_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield where lines are numbered 1, 2, …; a list has two items at least."""
    last, first = None, None
    for match in _LISTED.finditer(text):
        number = int(match["number"])
        if number == 1:
            first = match.span()
        elif last is not None and number == last + 1:
            if first is not None:
                yield first
                first = None
            yield match.span()
        last = number


def _in_words(text: str, question: Question) -> Iterator[Written]:
    """Yield the numbers written in words."""
    parts = re.search("half|halves|third|quarter|fifth|tenth", question.text, re.I) is None
    for match in ENGLISH.finditer(text):
        if _OF_THE_SCALE.match(text, max(0, match.start() - len("below "))):
            continue
        value = english(match.group(), parts=parts)
        if value is not None and is_below_zero(text, match.end()):
            value = -value
        yield Written(*match.span(), value, match.group()[:5].lower() == "minus")
    for match in CHINESE.finditer(text):
        yield Written(*match.span(), chinese(match.group()))
