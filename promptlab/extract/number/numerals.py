"""Numbers in English words: twenty-five, three quarters, two and a half million, minus seven.

A run of number words that makes no number (five six, twenty twenty) has no value.
"""

import re
from decimal import Context, Decimal
from fractions import Fraction

from promptlab.extract.bounds import WORDS

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
_MULTIPLES = {**_SCALES, "hundred": 100, "dozen": 12}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7}
_PARTS |= {"eighth": 8, "ninth": 9, "tenth": 10, "hundredth": 100, "thousandth": 1000}
_MANY_PARTS = {f"{name}s": value for name, value in _PARTS.items()} | {"halves": 2}
_ARTICLES = ("a", "an")


def _any(words: "list[str]") -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_WORD = _any([*_VALUES, *_MULTIPLES])
_PART = _any([*_PARTS, *_MANY_PARTS])
ENGLISH = re.compile(
    rf"\b(?:(?:negative|minus)[ ]+)?(?:an?[ ]+(?:{_any([*_MULTIPLES, *_PARTS])})|{_WORD}|half)\b"
    rf"(?:,?[ -]+(?:and[ ]+)?(?:an?[ ]+)?(?:{_WORD}|{_PART}|point)\b)*+",
    re.IGNORECASE,
)
"""A run of number words."""


def english(words: str, *, parts: bool = True) -> Decimal | None:
    """Return the value of a run of number words; None where it is no number.

    "two hundred and five point three", "two and a half million", "minus three quarters". Without
    `parts`, quarters and the like are things that are counted, as coins are.
    """
    tokens = re.sub("[ ,-]+", " ", words.lower()).split()
    if len(tokens) > WORDS:
        return None
    negative = tokens[0] in {"negative", "minus"}
    if not parts and tokens[-1] in _MANY_PARTS:
        tokens.pop()
    value = _value(tokens[negative:])
    return None if value is None else _decimal(-value if negative else value)


def _decimal(value: Fraction) -> Decimal:
    return Context(prec=60).divide(Decimal(value.numerator), Decimal(value.denominator))


def _value(tokens: list[str]) -> Fraction | None:
    """Read whole numbers, decimals, fractions, and any of these with a scale behind it."""
    if tokens and tokens[-1] in _PARTS | _MANY_PARTS:
        return _shared(tokens)
    if "point" in tokens and tokens[-1] not in _MULTIPLES:
        return _pointed(tokens)
    whole = _whole(tokens)
    return _multiplied(tokens) if whole is None else Fraction(whole)


def _multiplied(tokens: list[str]) -> Fraction | None:
    """Read "half a million", "one point five million", "two dozen"."""
    if not tokens or tokens[-1] not in _MULTIPLES:
        return None
    few = tokens[:-1]
    few = few[:-1] if few[1:] and few[-1] in _ARTICLES else few
    value = Fraction(1) if few in ([], ["a"]) else _value(few)
    return None if value is None else value * _MULTIPLES[tokens[-1]]


def _shared(tokens: list[str]) -> Fraction | None:
    """Read "half", "a third", "three quarters", "two and a half"."""
    *few, name = tokens
    if few and "and" in few:
        place = len(few) - 1 - few[::-1].index("and")
        whole, part = _whole(few[:place]), _shared([*few[place + 1 :], name])
        return None if whole is None or part is None or part >= 1 else whole + part
    if name in _PARTS:
        one = few in (["a"], ["an"], ["one"]) or (name == "half" and not few)
        return Fraction(1, _PARTS[name]) if one else None
    over = _whole(few)
    return None if over is None else Fraction(over, _MANY_PARTS[name])


def _pointed(tokens: list[str]) -> Fraction | None:
    """Read "five point eight seven" and "five point eighty seven", which are one."""
    place = tokens.index("point")
    whole, digits = _whole(tokens[:place]), ""
    for word in tokens[place + 1 :]:
        value = _VALUES.get(word)
        if value is None:
            return None
        tens = len(digits) >= 2 and digits.endswith("0") and 0 < value < 10
        digits = digits[:-1] + str(value) if tens else digits + str(value)
    return None if whole is None or not digits else Fraction(f"{whole}.{digits}")


def _whole(tokens: list[str]) -> int | None:
    """Read "two million three hundred and five": every group below the one before."""
    if tokens[:1] == ["a"] and tokens[1:2] and tokens[1] in [*_SCALES, "hundred"]:
        tokens = ["one", *tokens[1:]]
    total, group, least = 0, [], 10**15
    for token in tokens:
        if token not in _SCALES:
            group.append(token)
            continue
        value = _below_thousand(group) if group or token != tokens[0] else 1
        if value is None or _SCALES[token] >= least:
            return None
        total, group, least = total + value * _SCALES[token], [], _SCALES[token]
    if not group:
        return total if tokens else None
    rest = _below_thousand(group[1:] if group[0] == "and" and total else group)
    return None if rest is None else total + rest


def _below_thousand(tokens: list[str]) -> int | None:
    """Read "three hundred and five", "twelve hundred", "twenty five"."""
    if "hundred" not in tokens:
        return _below_hundred(tokens)
    place = tokens.index("hundred")
    hundreds = _below_hundred(tokens[:place]) if place else 1
    rest = tokens[place + 1 :]
    rest = rest[1:] if rest[:1] == ["and"] else rest
    below = _below_hundred(rest) if rest else 0
    return None if hundreds is None or below is None else 100 * hundreds + below


def _below_hundred(tokens: list[str]) -> int | None:
    values = [_VALUES.get(token) for token in tokens]
    match values:
        case [int(value)]:
            return value
        case [int(tens), int(ones)] if tens >= 20 and 0 < ones < 10:
            return tens + ones
    return None
