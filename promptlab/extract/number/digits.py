r"""Numbers written with digits: $1,000, −5, minus 5, 10², 1/2, \frac 3 5, 3×10^5, 3万5千, 1.234,56.

What is understood in part only (3√2, 5x, 10^x, 3点半) is a number whose value is not known: a
reading of its first digits would be a wrong one.
"""

import re
from collections.abc import Iterator
from decimal import Context, Decimal, DivisionByZero, InvalidOperation
from fractions import Fraction
from typing import NamedTuple

from promptlab.extract.bounds import DIGITS
from promptlab.text.unicode import narrow

_EXACT = Context(prec=2 * DIGITS, Emax=10**6, Emin=-(10**6))
_SEPARATOR = r"(?:,|\{,\}|\\[,!: ]|,\\!|_|'|[\u2009\u202f])"
_GROUPED = (
    rf"\d{{1,3}}(?:{_SEPARATOR}\d{{2}}(?={_SEPARATOR}\d))*+(?:{_SEPARATOR}\d{{3}})++(?!\d)"
    # A plain space groups digits only where nothing else can be meant: 25 000 but not 2 250.
    r"|[1-9]\d{0,2}(?:[ ]000)++(?!\d)"
)
_NUMERAL = (
    # A point groups where there are two, or a comma after it; a comma is decimal after those.
    r"(?P<continental>\d{1,3}(?:\.\d{3}){2,}+(?:,\d++)?+|\d{1,3}(?:\.\d{3})++,\d++"
    r"|[1-9]\d{0,2}(?:[ \u2009\u202f]\d{3})++,(?!\d{3}(?!\d))\d++|0,\d++)(?![.,]?\d)"
    rf"|(?P<plain>(?:{_GROUPED}|\d++)(?:\.\d++)?+|(?<!\.)\.\d++)"
)
_PART = rf"(?:{_GROUPED}|\d{{1,15}})(?:\.\d{{1,15}})?"
_CURRENCY = (
    r"(?:(?:US|HK|NT|CA|AU|A|C|R)?\\?\$|[€£¥₹₩]|(?:Rs\.?|USD|RMB|EUR|GBP|INR|CNY))\s?(?P<inner>-)?"
)
_VULGAR = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅜": "3/8"}
_VULGAR |= {"⅝": "5/8", "⅞": "7/8", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5", "⅙": "1/6"}
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_SCALES |= {"trillion": 10**12, "dozen": 12, "k": 10**3, "K": 10**3, "M": 10**6, "B": 10**9}
_SCALES |= {"mn": 10**6, "bn": 10**9, "百": 100, "千": 10**3, "万": 10**4, "萬": 10**4}
_SCALES |= {"十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8, "億": 10**8, "万亿": 10**12}
# 3千米 and 3千克 are 3 of a unit.
_HAN_SCALE = "万亿|十万|百万|千万|[百万萬亿億](?!分)|千(?![米克瓦卡])"
_DENOMINATORS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6}
_DENOMINATORS |= {"seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}
_NAMES = "|".join(_DENOMINATORS)
_NUMBER = re.compile(
    rf"""
    (?:
    (?: (?<![A-Za-z0-9_^)\]}}%])(?P<sign>[-+–]|(?:±|\\pm)[ ]?)
      | (?<![A-Za-z])(?P<said>(?i:negative|minus)[ ]+|零下[ ]?|[负負]数?)
      | (?<=\d[xX]) | (?<![A-Za-z0-9_^])(?<!\d\.)(?<![_^]\{{) )
    (?:{_CURRENCY})?
    (?: (?P<whole>\d{{1,15}})?[ ]?(?P<vulgar>[{"".join(_VULGAR)}])
      | (?:(?P<mixed>\d{{1,15}})[ ]?)? \\[dtc]?frac
        [ ]?(?: \{{[ ]?(?P<over>-?{_PART})[ ]?\}} | (?P<over1>\d) )
        [ ]?(?: \{{[ ]?(?P<under>-?{_PART})[ ]?\}} | (?P<under1>\d) )
      | (?:(?P<integer>\d{{1,15}})(?:[ ](?:and[ ])?|又))?
        (?<!\d/)(?P<top>{_PART})[ ]?/[ ]?(?P<bottom>{_PART})(?![\d/])
      | (?P<below>\d{{1,15}})分之(?P<above>\d{{1,15}})
      | (?P<count>\d{{1,15}})[ ](?:and[ ](?:an?|one|1)[ ](?P<extra>{_NAMES})\b)
      | (?P<few>[1-9])[ -](?P<shares>{_NAMES.replace("half", "halve")})s\b
      | (?P<numeral>{_NUMERAL})
        (?: [eE](?P<power>[-+]?\d{{1,9}})(?![0-9A-Za-z.])
          | \^(?P<curly>\{{)?(?P<exponent>-?\d{{1,9}})(?(curly)\}})
          | (?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,9}})
          | [ ]?(?:×|\*|x|\\times|\\cdot)[ ]?10
            (?: \^(?P<brace>\{{)?(?P<power10>-?\d{{1,9}})(?(brace)\}})
              | (?P<raised10>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,9}}) )
          | [ ]?(?P<scale>{_HAN_SCALE}
            | (?i:hundred|thousand|million|billion|trillion|dozen)(?=s?\b))s?
          | (?P<short>[kKMB]|mn|bn)(?![A-Za-z])
          | 个(?P<half>半) )? )
    ) | (?P<obscure>\\[dtc]?frac|\\sqrt|[√∛πτ∞]|\\(?:pi|infty)(?![A-Za-z]))
    """,
    re.VERBOSE,
)
# Behind digits, what makes them a part of something that is not understood.
_VARIABLE = r"(?:[abefijnqruvxyz]|[xyz]{2,3})(?![A-Za-z0-9])|[ ][xyz](?![A-Za-z]|[ ]?[\d(])"
_REST = re.compile(
    rf"[)}}\]]*[ ]?\^(?!\{{?\\circ)|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻₀-₉]|_\{{?\d|[eE][-+]?\d|\.\d|{_VARIABLE}"
    r"|[ ]?(?:[*×·]|\\times|\\cdot)[ ]?[A-Za-z](?![A-Za-z])|[ ]?[αβγδεθλπρστφω]"
    r"|[ ]?\\(?:alpha|beta|gamma|theta|lambda|phi|sin|cos|tan|log|ln|overline|bar|dot)(?![a-z])"
    r"|\.\\(?:overline|bar|dot)|[ ]?(?:hundred|thousand|million|billion|trillion|dozen)s?\b"
    r"|[ ](?:squared|cubed|factorial)\b|!(?=[ ]?[=*×/+.])"
    rf"|[成折‰又十]|点[\d半一二三四五六七八九零]|[百万亿]分|分之"
    rf"|[ ]and[ ](?:an?|one|two|three|four|five)[ -](?:{_NAMES})s?\b"
)
_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    "seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
# Behind a scale, what goes on with the same number: 3 hundred and forty one, 2 thousand 500.
_MORE = re.compile(
    rf"[ ](?:and[ ])?(?:{_WORDS})(?:[ -](?:{_WORDS}|hundred))*\b"
    r"|[ ]\d{1,3}(?![\d,.]*\d|[ ]?[A-Za-z%])",
    re.IGNORECASE,
)
# Before digits, the same: x + 5, x/2, 千分之5.
_LEAD = re.compile(
    r"(?:(?<![A-Za-z])[b-hj-z]\s?[-+*/×<>≤≥]\s?|(?<!百)分之"
    r"|(?:\broots? of|\blog|\bln|\bsin|\bcos|\btan|\b[Tt]wice|\b[Dd]ouble|\bhalf of|sqrt)[ (]*)\Z"
)
_BELOW_ZERO = re.compile(
    r"(?:[ ]?°)?(?:[ ]degrees?)?(?:[ ]?(?:Celsius|Fahrenheit|C|F)\b)?[ ]below[ ]zero\b",
    re.IGNORECASE,
)
_LEADING = 12
"""Characters that are looked at before a number."""
_OPENING = {"{": "}", "[": "]"}
_ARGUMENT = 100
"""Characters that the argument of a root or a fraction may have."""


class Written(NamedTuple):
    """A number at characters `start` to `end`; `value` is None where it is not understood.

    `signed` says that a sign stands before it, which after another number is an operator; `scale`
    is what its last digits count (万), 1 where they count ones.
    """

    start: int
    end: int
    value: Decimal | None
    signed: bool = False
    scale: int = 1


def written(text: str, question: str) -> Iterator[Written]:
    """Yield the numbers that a narrow text writes with digits, understood or not."""
    end = 0
    for match in _NUMBER.finditer(text):
        if match.start() < end:
            continue
        number = _number(text, match, question)
        end = number.end
        yield number


def _number(text: str, match: "re.Match[str]", question: str) -> Written:
    start, end = match.span()
    signed = match["sign"] is not None or match["said"] is not None
    if match["obscure"]:
        return Written(start, _arguments(text, end), None, signed)
    value = _value(match, question)
    rest = _REST.match(text, end) or (match["scale"] and _MORE.match(text, end))
    if (
        rest
        or (match["sign"] or "").startswith(("±", "\\"))
        or _LEAD.search(text, max(0, start - _LEADING), start)
    ):
        return Written(start, rest.end() if rest else end, None, signed)
    if value is not None and (_negative(match) or is_below_zero(text, end)):
        value = -value
    return Written(start, end, value, signed, _SCALES.get(match["scale"] or "", 1))


def is_below_zero(text: str, end: int) -> bool:
    """Say whether a number that ends here goes on as "5 degrees below zero"."""
    return _BELOW_ZERO.match(text, end) is not None


def _negative(match: "re.Match[str]") -> bool:
    minus = match["sign"] in {"-", "–"} or match["said"] is not None
    return minus != (match["inner"] is not None)


def _value(match: "re.Match[str]", question: str) -> Decimal | None:
    """Return what a match is worth, its sign aside; None beyond the bounds, or over zero."""
    try:
        value = _simple(match, question) if match["numeral"] else _fraction(match, question)
    except (DivisionByZero, InvalidOperation, ZeroDivisionError, OverflowError):
        return None
    return value if abs(value.adjusted()) < DIGITS else None


def _simple(match: "re.Match[str]", question: str) -> Decimal:
    """Return the value of a numeral with its power or scale."""
    value = _decimal(match)
    exponent = match["exponent"] or match["raised"]
    if exponent:
        power = int(exponent.translate(_RAISED))
        if abs(power) * len(value.as_tuple().digits) > DIGITS:
            raise OverflowError
        return _EXACT.power(value, power) if power >= 0 else _ratio(1 / Fraction(value) ** -power)
    power10 = match["power"] or match["power10"] or match["raised10"]
    if power10:
        return value.scaleb(max(-DIGITS, min(DIGITS, int(power10.translate(_RAISED)))), _EXACT)
    scale = match["short"] or (match["scale"] or "").lower()
    if scale and not _asked_in(scale, question):
        return _EXACT.multiply(value, Decimal(_SCALES[scale]))
    return value + Decimal("0.5") if match["half"] else value


def _decimal(match: "re.Match[str]") -> Decimal:
    """Return the value of digits with their separators."""
    if match["continental"]:
        return Decimal(re.sub("[. \u2009\u202f]", "", match["continental"]).replace(",", "."))
    return _plain(match["plain"])


def _plain(numeral: str) -> Decimal:
    """Return the value of digits in groups; too many are no number."""
    numeral = re.sub(_SEPARATOR + "|[ ]", "", numeral)
    if len(numeral) > 2 * DIGITS:
        raise OverflowError
    return Decimal(numeral)


def _fraction(match: "re.Match[str]", question: str) -> Decimal:
    r"""Return the value of 3/4, 1 3/4, ¾, \frac{3}{4}, 4分之3, 3 and a half or 3 quarters."""
    whole = match["whole"] or match["mixed"] or match["integer"] or match["count"] or 0
    if match["vulgar"]:
        return _ratio(Fraction(whole) + Fraction(_VULGAR[match["vulgar"]]))
    if match["extra"]:
        return _ratio(Fraction(whole) + Fraction(1, _DENOMINATORS[match["extra"]]))
    if match["shares"]:
        return _shares(int(match["few"]), match["shares"].replace("halve", "half"), question)
    top = match["over"] or match["over1"] or match["top"] or match["above"]
    bottom = match["under"] or match["under1"] or match["bottom"] or match["below"]
    over, under = (Fraction(_plain(part)) for part in (top, bottom))
    return _ratio(Fraction(whole) + over / under)


def _shares(few: int, name: str, question: str) -> Decimal:
    """Return what "3 quarters" are worth: three where quarters are counted, as coins are."""
    counted = few >= _DENOMINATORS[name] or _asked_in(name[:4], question)
    return Decimal(few) if counted else _ratio(Fraction(few, _DENOMINATORS[name]))


def _ratio(value: Fraction) -> Decimal:
    return Context(prec=30).divide(Decimal(value.numerator), Decimal(value.denominator))


def _asked_in(scale: str, question: str) -> bool:
    """Say whether a question wants its number in this unit ("how many million", 多少万)."""
    wanted = rf"(?:多少|几|in|how many|单位[:：]?)\s?{scale}"
    return re.search(wanted, narrow(question), re.IGNORECASE) is not None


def _arguments(text: str, end: int) -> int:
    r"""Return where the arguments of a \sqrt or a \frac that is not understood end."""
    while text[end : end + 1] in _OPENING:
        closing = _closing(text, end)
        if closing is None:
            break
        end = closing
    return end


def _closing(text: str, opening: int) -> int | None:
    depth, pair = 0, text[opening] + _OPENING[text[opening]]
    for index in range(opening, min(len(text), opening + _ARGUMENT)):
        depth += {pair[0]: 1, pair[1]: -1}.get(text[index], 0)
        if depth == 0:
            return index + 1
    return None
