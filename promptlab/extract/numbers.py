r"""Numbers: $1,000, −5, ５０％, 3.50, 1/2, \frac{1}{2}, 3×10^5, 3万, twenty-five, 二十五.

The canonical form is a plain decimal: no grouping, no unit, no trailing zeros. Integers are exact
however long; other numbers keep twelve significant digits, which is how two of them are compared:
0.1 + 0.2 is 0.3, and 1/3 is 0.333333333333 and not 0.333. A percentage is its number: 50% is 50.
A calculation names its result: "5 + 3 = 8" is 8.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Context, Decimal, DivisionByZero, InvalidOperation
from fractions import Fraction

from promptlab.extract import numerals
from promptlab.extract.mention import Mention
from promptlab.extract.widths import narrow
from promptlab.types import Question

_DIGITS = 12
_EXACT = Context(prec=2000)
_SEPARATOR = r"(?:,|\{,\}|\\,|,\\!|[\u2009\u202f])"
_CURRENCY = (
    r"(?:(?:US|HK|NT|CA|AU|A|C|R)?\\?\$|[€£¥₹₩]|(?:Rs\.?|USD|RMB|EUR|GBP|INR|CNY))\s?(?P<inner>-)?"
)
_NUMERAL = (
    rf"(?:\d{{1,3}}(?:{_SEPARATOR}\d{{2}}(?={_SEPARATOR}\d))*+(?:{_SEPARATOR}\d{{3}})++(?!\d)|"
    # A plain space groups digits only where nothing else can be meant: 25 000 but not 2 250.
    r"[1-9]\d{0,2}(?:[ ]000)++(?!\d)|"
    r"\d++)(?:\.\d++)?+|(?<!\.)\.\d++"
)
_SHORT = r"\d{1,15}(?:\.\d{1,15})?"
_VULGAR = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅜": "3/8"}
_VULGAR |= {"⅝": "5/8", "⅞": "7/8", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5", "⅙": "1/6"}
_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_SCALES |= {"万": 4, "萬": 4, "百万": 6, "千万": 7, "亿": 8, "億": 8, "万亿": 12}
_NUMBER = re.compile(
    rf"""
    (?: (?<![A-Za-z0-9_^)\]}}])(?P<sign>[-+–])
      | (?<=\d[xX]) | (?<![A-Za-z0-9_^])(?<!\d\.)(?<![_^]\{{) )
    (?:{_CURRENCY})?
    (?: (?P<whole>\d{{1,15}})?[ ]?(?P<vulgar>[{"".join(_VULGAR)}])
      | (?:(?P<mixed>\d{{1,15}})[ ]?)? \\[dtc]?frac
        (?: \{{(?P<over>-?{_SHORT})\}}\{{(?P<under>{_SHORT})\}} | (?P<over1>\d)(?P<under1>\d) )
      | (?:(?P<integer>\d{{1,15}})[ ](?:and[ ])?)?
        (?<!\d/)(?P<top>{_SHORT})[ ]?/[ ]?(?P<bottom>{_SHORT})(?![\d/])
      | (?P<numeral>{_NUMERAL})
        (?: [eE](?P<power>[-+]?\d{{1,3}})(?![0-9A-Za-z])
          | \^(?P<curly>\{{)?(?P<exponent>\d{{1,2}})(?(curly)\}})
          | [ ]?(?:×|\*|x|\\times|\\cdot)[ ]?10
            \^(?P<brace>\{{)?(?P<power10>-?\d{{1,3}})(?(brace)\}})
          | [ ]?(?P<scale>(?:thousand|million|billion|trillion)\b|万亿|百万|千万|[万萬亿億]) )? )
    """,
    re.VERBOSE,
)
# Between two numbers of one calculation: an operator, and at most a unit on its left.
_OPERATOR = re.compile(
    r"[ )}\]%\\]*+(?:[A-Za-z]{1,12}|[一-鿿]{1,4})?[ )\\$]*+"
    r"(?:(?:[-+*/×÷·=≈<>]++|[xX](?![A-Za-z])|of|times|div|cdot|approx)[ (\\$\[{]*+){1,3}"
)
_GAP = 40
_RUN = re.compile(r"-?[0-9][0-9,]*+(?:\.[0-9]++)?")


def mentions(text: str, question: Question) -> list[Mention]:
    """Return the numbers that a text names, in order.

    Numbers in words count only where the text has no digits.
    """
    plain = narrow(text)
    return list(_results(plain, list(_written(plain, question)))) or list(_in_words(plain))


def digits(text: str) -> list[Mention]:
    """Return the runs of digits of a text, as the first papers read numbers.

    Kojima et al. (https://arxiv.org/abs/2205.11916): commas away, then a sign, digits and decimals,
    as they are written: 3.50 stays 3.50.
    """
    return [
        Mention(match.start(), match.end(), match.group().replace(",", ""))
        for match in _RUN.finditer(narrow(text))
    ]


def canonical(value: Decimal) -> str:
    """Write a number as a plain decimal."""
    if value != value.to_integral_value():
        value = Context(prec=max(_DIGITS, value.adjusted() + 1)).plus(value)
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _written(text: str, question: Question) -> Iterator[Mention]:
    """Yield the numbers written with digits."""
    for match in _NUMBER.finditer(text):
        try:
            value = _magnitude(match, question)
        except (DivisionByZero, InvalidOperation, ZeroDivisionError):
            continue
        negative = (match["sign"] in {"-", "–"}) != (match["inner"] is not None)
        yield Mention(match.start(), match.end(), canonical(-value if negative else value))


def _magnitude(match: "re.Match[str]", question: Question) -> Decimal:
    """Return what a match is worth, its sign aside."""
    if match["numeral"] is None:
        return _fraction(match)
    value = Decimal(re.sub(_SEPARATOR + "|[ ]", "", match["numeral"]))
    if match["exponent"]:
        return _EXACT.power(value, int(match["exponent"]))
    power = int(match["power"] or match["power10"] or 0)
    if match["scale"] and not _asked_in(match["scale"], question.text):
        power = _SCALES[match["scale"]]
    return value.scaleb(power, _EXACT) if power else value


def _fraction(match: "re.Match[str]") -> Decimal:
    r"""Return the value of 3/4, 1 3/4, ¾, 1¾ or \frac{3}{4}."""
    whole = match["whole"] or match["mixed"] or match["integer"] or 0
    if match["vulgar"]:
        part = Fraction(_VULGAR[match["vulgar"]])
    else:
        top = match["over"] or match["over1"] or match["top"]
        part = Fraction(top) / Fraction(match["under"] or match["under1"] or match["bottom"])
    value = part + Fraction(whole)
    return Context(prec=30).divide(Decimal(value.numerator), Decimal(value.denominator))


def _asked_in(scale: str, question: str) -> bool:
    """Say whether a question wants its number in this unit ("how many million", 多少万)."""
    wanted = rf"(?:多少|几|in|how many|单位[:：]?)\s?{scale}"
    return re.search(wanted, narrow(question), re.IGNORECASE) is not None


def _results(text: str, numbers: Sequence[Mention]) -> Iterator[Mention]:
    """Yield the numbers, those of a calculation with an equals sign as its result."""
    start = 0
    for index, number in enumerate(numbers):
        if index + 1 < len(numbers) and _joined(text, number, numbers[index + 1]):
            continue
        yield from _result(text, numbers[start : index + 1])
        start = index + 1


def _joined(text: str, left: Mention, right: Mention) -> bool:
    """Say whether two numbers stand in one calculation."""
    gap = text[left.end : right.start]
    if gap.strip(" ") == "":
        return text[right.start] in "-+–"
    return len(gap) <= _GAP and _OPERATOR.fullmatch(gap) is not None


def _result(text: str, numbers: Sequence[Mention]) -> Iterator[Mention]:
    """Yield the number behind the last equals sign of a calculation; without one, all numbers."""
    start = numbers[0].start
    for index in range(len(numbers) - 1, 0, -1):
        if re.search("[=≈]|approx", text[numbers[index - 1].end : numbers[index].start]):
            yield Mention(start, numbers[-1].end, numbers[index].value)
            return
    yield from numbers


def _in_words(text: str) -> Iterator[Mention]:
    """Yield the numbers written in words."""
    for match in numerals.ENGLISH.finditer(text):
        yield Mention(match.start(), match.end(), canonical(numerals.english(match.group())))
    for match in numerals.CHINESE.finditer(text):
        yield Mention(match.start(), match.end(), canonical(numerals.chinese(match.group())))
