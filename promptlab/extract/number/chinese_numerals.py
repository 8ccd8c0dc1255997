"""Numbers in Chinese: 二十五, 两点五, 一亿二千万, 三万五, 三分之一, 百分之五十, 零下六, 二〇二四.

A run of numerals that makes no number (三五, 二三十) has no value.
"""

import re
from decimal import Context, Decimal

from promptlab.extract.bounds import WORDS

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "两": 2, "兩": 2, "壹": 1, "贰": 2, "叁": 3}
_UNITS = {"亿": 10**8, "万": 10**4, "千": 1000, "百": 100, "十": 10}
_TODAY = str.maketrans("萬億負", "万亿负")
_HAN = "".join([*_DIGITS, *_UNITS, "萬億"])
_NUMERAL = rf"[{_HAN}]++(?:点[{''.join(_DIGITS)}]++[万萬亿億]?)?+"
CHINESE = re.compile(
    # 第一 and 之一 count nothing; nor does 一 in many words (一共, 一起, 一样), nor 万一 and 十分.
    rf"(?<![第之{_HAN}])(?:[负負]|零下)?"
    rf"(?:一半|(?!一[共起直定样些般下旦切边面方时会同致]|一点(?![{''.join(_DIGITS)}])|万一|十分(?!之))"
    rf"(?:{_NUMERAL}又)?+(?:{_NUMERAL}分之)?+{_NUMERAL}(?:(?:[个年天]|小时)?半)?+)"
    # 三点 is an hour, 三十多 about a number, 三成 and 八折 are shares.
    r"[点成折多几余]?"
)
"""A run of Chinese numerals: its sign, its fraction, its decimals."""
_FORM = re.compile(
    rf"(?:(?P<whole>{_NUMERAL})又)?(?P<under>{_NUMERAL})分之(?P<over>{_NUMERAL})"
    rf"|(?P<count>{_NUMERAL})(?P<half>(?:[个年天]|小时)?半)?"
)


def chinese(numeral: str) -> Decimal | None:
    """Return the value of a run of Chinese numerals; None where it is no number."""
    plain = numeral.translate(_TODAY)
    bare = plain.removeprefix("负").removeprefix("零下")
    value = _unsigned(bare) if len(bare) <= WORDS else None
    return value if value is None or bare == plain else -value


def _unsigned(numeral: str) -> Decimal | None:
    form = _FORM.fullmatch(numeral)
    if numeral == "一半":
        return Decimal("0.5")
    if form is None:
        return None
    if form["count"]:
        value = _decimal(form["count"])
        return value if value is None or not form["half"] else value + Decimal("0.5")
    return _fraction(form)


def _fraction(form: "re.Match[str]") -> Decimal | None:
    """Return the value of 三分之一, 二又三分之一; a percentage is its number."""
    over = _decimal(form["over"])
    if form["under"] == "百":
        return over
    under = _UNITS.get(form["under"]) or _decimal(form["under"])
    whole = _decimal(form["whole"]) if form["whole"] else Decimal(0)
    if over is None or whole is None or not under:
        return None
    return Context(prec=30).divide(whole * under + over, Decimal(under))


def _decimal(numeral: str) -> Decimal | None:
    """Return the value of 两点五, 一点五万, 三百二十."""
    whole, _, decimals = numeral.partition("点")
    value = _whole(whole)
    if value is None or not decimals:
        return None if value is None else Decimal(value)
    scale = _UNITS.get(decimals[-1], 1)
    digits = "".join(str(_DIGITS[digit]) for digit in decimals if digit in _DIGITS)
    return Decimal(f"{value}.{digits}") * scale


def _whole(numeral: str) -> int | None:
    """Read 三百二十, 一万零五, 三万五 (35,000), or digit by digit 二〇二四."""
    for sign, unit in _UNITS.items():
        if sign in numeral:
            left, _, right = numeral.rpartition(sign)
            return _joined(_count(left, unit), unit, _remainder(right, unit))
    if len(numeral) == 2 and not set("零〇") & set(numeral):
        return None
    return int("".join(str(_DIGITS[digit]) for digit in numeral)) if numeral else None


def _joined(count: int | None, unit: int, rest: int | None) -> int | None:
    return None if count is None or rest is None else count * unit + rest


def _count(numeral: str, unit: int) -> int | None:
    """Return how many of a unit there are; 十 alone is one of it."""
    if unit == 10 and numeral in {"", "零", "〇"}:
        return 1
    count = _whole(numeral.lstrip("零〇"))
    return count if unit >= 10**4 or (count is not None and count < 10) else None


def _remainder(numeral: str, unit: int) -> int | None:
    """Return what stands behind a unit: less than it, and in 三万五 thousands."""
    if not numeral:
        return 0
    rest = _whole(numeral.lstrip("零〇"))
    if len(numeral) == 1 and unit >= 100 and rest is not None:
        return rest * unit // 10
    return rest if rest is not None and rest < unit else None
