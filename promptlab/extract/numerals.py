"""Numbers in words: twenty-five, 二十五, 百分之三点五. Read only where a text has no digits."""

import re
from decimal import Decimal

_NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_VALUES = {
    **{word: value for value, word in enumerate(_NAMES.split())},
    **{word: 10 * value for value, word in enumerate(_TENS.split(), start=2)},
}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_WORD = "|".join(sorted([*_VALUES, *_SCALES, "hundred"], key=len, reverse=True))
ENGLISH = re.compile(
    rf"\b(?:(?:a|an)\s+(?=hundred|thousand|million))?(?:{_WORD})"
    rf"(?:(?:\s+and\s+|[\s-]+|\s+point\s+)(?:{_WORD})){{0,24}}\b",
    re.IGNORECASE,
)
"""A run of number words, at most 25 of them."""

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "两": 2, "兩": 2, "壹": 1, "贰": 2, "叁": 3}
_MULTIPLES = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_HAN = "".join([*_DIGITS, *_MULTIPLES, *_MYRIADS])
CHINESE = re.compile(
    # 一 opens many words that count nothing: 一共, 一起, 一样.
    rf"(?:负)?(?:百分之)?(?!一[共起直定样些般下旦切])"
    rf"[{_HAN}]{{1,30}}(?:点[{''.join(_DIGITS)}]{{1,20}})?"
)
"""A run of Chinese numerals, with its sign and decimals."""


def english(words: str) -> Decimal:
    """Return the value of a run of number words: "two hundred and five point three"."""
    whole, _, decimals = re.sub(r"[\s-]+", " ", words.lower()).partition(" point ")
    total, group = 0, 0
    for word in whole.split():
        if word == "hundred":
            group = max(group, 1) * 100
        elif word in _SCALES:
            total, group = total + max(group, 1) * _SCALES[word], 0
        else:
            group += _VALUES.get(word, 0)
    return Decimal(f"{total + group}.{_decimals(decimals)}")


def _decimals(words: str) -> str:
    """Return the digits behind the point: "eight seven" and "eighty seven" are both 87."""
    digits = ""
    for word in words.split():
        value = _VALUES.get(word, 0)
        tens = len(digits) >= 2 and digits.endswith("0") and 0 < value < 10
        digits = digits[:-1] + str(value) if tens else digits + str(value)
    return digits or "0"


def chinese(numeral: str) -> Decimal:
    """Return the value of a Chinese numeral: 三百二十, 一万零五, 二〇二四, 两点五."""
    sign = -1 if numeral.startswith("负") else 1
    whole, _, decimals = re.sub("负|百分之", "", numeral).partition("点")
    value = _positional(whole) if set(whole) <= set(_DIGITS) else _multiplied(whole)
    return sign * Decimal(f"{value}.{''.join(str(_DIGITS[digit]) for digit in decimals) or 0}")


def _positional(numeral: str) -> int:
    """Read digit by digit: 二〇二四."""
    return int("".join(str(_DIGITS[digit]) for digit in numeral))


def _multiplied(numeral: str) -> int:
    """Read with multipliers: 三百二十, 一万零五."""
    total, group, digit = 0, 0, 0
    for sign in numeral:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _MULTIPLES:
            group, digit = group + (digit or 1) * _MULTIPLES[sign], 0
        else:
            total, group, digit = (total + group + digit or 1) * _MYRIADS[sign], 0, 0
    return total + group + digit
