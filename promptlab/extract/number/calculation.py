"""Numbers that stand together: a calculation is its result, "5 or 6" is no one number.

"5 + 3 = 8" and "8 = 5 + 3" are 8; "5 + 3" alone, "12:30", "(3, 4)", "5 km 300 m" and
"2024-05-06" are written with several numbers and have no value of their own.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from promptlab.extract.number.digits import Written
from promptlab.text.unicode import HAN

_PRODUCT = ("(", ")(", "($", "\\left(")
_GAP = 40
"""Characters between two numbers that stand together, at most."""
_EQUALITY = r"=|≈|≒|\\approx|\\equiv|\b(?:approx|equals?|is equal to)\b|约?等于"
_EQUAL = re.compile(_EQUALITY)
# Between two numbers of one calculation: an operator, and at most a unit on its left.
_OPERATOR = re.compile(
    rf"[ )}}\]%\\]*+(?:(?!and\b|or\b)[A-Za-z]{{1,12}}|[{HAN}]{{1,4}}?)?[ )\\$]*+"
    rf"(?:(?:[-+*/×÷·<>]++|[xX](?![A-Za-z])|of|times|plus|divided by|multiplied by|cdot"
    rf"|div|[加减乘]|除以|\\?approx|{_EQUALITY})[ (\\$\[{{]*+){{1,3}}"
    # 18 = x = 2 * 9
    r"(?:[A-Za-z][ ]?=[ (\\$\[{]*+)?"
)
_UNIT = (
    r"(?:km|cm|mm|m|kg|g|lbs?|pounds?|oz|ounces?|feet|foot|ft|inch(?:es)?|miles?|yards?|hours?|hrs?"
    r"|minutes?|mins?|seconds?|secs?|days?|weeks?|months?|years?|dollars?|cents?|h|s"
    r"|公里|千米|米|厘米|公斤|千克|克|斤|小时|分钟?|秒|天|周|个?月|年|元|块|角)"
)
# Between two numbers that are two: 2, 7; 3 or 4; 5 apples and 3 pears; 5 km 300 m; 12:30.
_BESIDE = re.compile(
    r"[ ]{1,2}|['\"°′″_.,:]|[ ]:[ ]|比|"
    rf"[ ]?{_UNIT}[ ]?(?:and[ ]|又|零)?|"
    rf"(?:[ )}}\]$\\%*]|[{HAN}]{{1,2}}(?=[或和与及至到、]))*+"
    r"(?:(?<=[ ])[A-Za-z]{1,15}[ ]){0,2}"
    r"(?:[,;、~～–—/&]|(?:,[ ]?)?(?:\b(?:and/or|and|or|to|versus|vs\.?|through|till)\b"
    r"|或者?|和|与|及|至|到))"
    r"(?:[ ]?(?:either|or|and)\b)?[ ({\[$\\*]*+(?:\\?(?:text|mathrm)\{[^{}]{0,9}\})?"
    r"(?:[A-Za-z](?:_\{?\d\}?)?[ ]?=[ ${\\]*+)?"
)

_AGAIN = re.compile(r"[ )}\]$\\%]*,[ ]?or\b")
_ASKED = re.compile(
    r"\bhow many(?: more| fewer| total| of the| of her| of his)? ([a-z]+)", re.IGNORECASE
)
_OR = re.compile(r"\bor\b|或")
_COMMA = re.compile("[,、][ ]?")
_NOUN = re.compile(r"[ ]([A-Za-z]+)")


def results(text: str, numbers: Sequence[Written], question: str) -> Iterator[Written]:
    """Yield the numbers, those that stand together as the one that they name, or as none.

    Of "5 apples and 3 pears" the one counts that the question asks for ("how many pears").
    """
    asked = frozenset(_stem(word) for word in _ASKED.findall(question))
    beside: list[Written] = []
    for calculation in _calculations(text, numbers):
        one, alone = _result(text, calculation), len(calculation) == 1
        if beside and not (alone and _beside(text, beside, one)):
            yield _one(text, beside, asked)
            beside = []
        beside.append(one)
        if not alone:
            yield _one(text, beside, asked)
            beside = []
    if beside:
        yield _one(text, beside, asked)


def _calculations(text: str, numbers: Sequence[Written]) -> Iterator[list[Written]]:
    """Yield runs of numbers with operators between them."""
    run: list[Written] = []
    for number in numbers:
        if run and _counted_on(run[-1], number):
            run[-1] = _added(run[-1], number)
        elif run and not _joined(text, run[-1], number):
            yield run
            run = [number]
        else:
            run.append(number)
    if run:
        yield run


def _counted_on(left: Written, right: Written) -> bool:
    """Say whether a number goes on with what the other left out: 3万5千, 1亿2000万."""
    return left.end == right.start and left.scale > 1 and not right.signed


def _added(left: Written, right: Written) -> Written:
    """Return the number that 3万 and 5千 make; 3万5 makes none, as it may be 35,000 or 30,005."""
    value = None
    whole = left.value is not None and right.value is not None
    if whole and left.value and right.value and right.value < left.scale:
        said = right.scale > 1 or 10 * right.value >= left.scale
        value = left.value + right.value.copy_sign(left.value) if said else None
    return Written(left.start, right.end, value, left.signed, right.scale)


def _joined(text: str, left: Written, right: Written) -> bool:
    """Say whether two numbers stand in one calculation."""
    gap = text[left.end : right.start]
    if gap in _PRODUCT:
        return True
    if not gap.strip(" $"):
        return right.signed or left.value is None or right.value is None
    if right.signed and re.fullmatch(r"[ ][A-Za-z]{1,15}[ ]", gap):
        return text[right.start] in "mM"
    return len(gap) <= _GAP and _OPERATOR.fullmatch(gap) is not None


def _beside(text: str, left: Sequence[Written], right: Written) -> bool:
    """Say whether a number goes on with others; in "a third, or 0.33" it says the same again."""
    gap = text[left[-1].end : right.start]
    if len(left) == 1 and _AGAIN.match(gap):
        return False
    return len(gap) <= _GAP and _BESIDE.fullmatch(gap) is not None


def _result(text: str, run: Sequence[Written]) -> Written:
    """Return the number that a calculation is equal to, with the calculation's place."""
    if len(run) == 1:
        return run[0]
    sides: list[list[Written]] = [[run[0]]]
    for left, right in pairwise(run):
        if _EQUAL.search(text, left.end, right.start):
            sides.append([right])
        else:
            sides[-1].append(right)
    return Written(run[0].start, run[-1].end, _side(sides), run[0].signed)


def _side(sides: Sequence[Sequence[Written]]) -> Decimal | None:
    """Return the last side that is one number, unless a side behind it is not understood."""
    if len(sides) == 1:
        return None
    for side in reversed(sides):
        if any(number.value is None for number in side):
            return None
        if len(side) == 1:
            return side[0].value
    return None


def _one(text: str, beside: Sequence[Written], asked: frozenset[str]) -> Written:
    """Return what numbers side by side name: one that was asked for, or "1/2 or 0.5", as equal.

    (2, 2) is a point.
    """
    wanted = [number for number in beside if _stem(_noun(text, number)) in asked]
    gaps = [text[a.end : b.start] for a, b in pairwise(beside)]
    point = text[max(0, beside[0].start - 1) : beside[0].start] in {"(", "[", "{"}
    again = all(map(_OR.search, gaps)) or (not point and all(map(_COMMA.fullmatch, gaps)))
    equal = {number.value for number in beside} if again else set()
    value = wanted[0].value if len(wanted) == 1 else equal.pop() if len(equal) == 1 else None
    return Written(beside[0].start, beside[-1].end, value, beside[0].signed)


def _noun(text: str, number: Written) -> str:
    """Return the word behind a number."""
    match = _NOUN.match(text, number.end)
    return match[1] if match else ""


def _stem(word: str) -> str:
    """Return a noun without its plural's ending."""
    return word.lower().rstrip("s").rstrip("e") or "-"
