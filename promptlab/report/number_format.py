"""How numbers are written in a report, the same everywhere."""

from math import floor, isnan, log10

from promptlab.analysis.statistics.verdict import p_words

UNKNOWN = "–"


def capital(text: str) -> str:
    """Begin a sentence with a capital, and end it; a name such as `k=2` is left as it is."""
    word = text.partition(" ")[0]
    return f"{text[0].upper() if word.isalpha() else text[0]}{text[1:]}."


def percent(share: float, digits: int = 1) -> str:
    """Write a share in per cent, without the sign."""
    return UNKNOWN if isnan(share) else f"{100 * share:.{digits}f}"


def interval(low: float, high: float) -> str:
    """Write an interval of shares in per cent."""
    return f"{percent(low)} – {percent(high)}"


def points(difference: float) -> str:
    """Write a difference of shares in points, with its sign."""
    number = f"{abs(100 * difference):.1f}"
    return number if float(number) == 0 else f"{'−' if difference < 0 else '+'}{number}"


def pvalue(value: float) -> str:
    """Write a p-value."""
    return p_words(value).removeprefix("p = ").removeprefix("p ")


def count(number: float) -> str:
    """Write a number of tokens or calls."""
    return UNKNOWN if isnan(number) else f"{number:,.0f}"


def money(number: float) -> str:
    """Write a sum of money, in whatever currency: cents at least, or two digits of what is less."""
    if isnan(number):
        return UNKNOWN
    digits = 2 if number <= 0 else max(2, 1 - floor(log10(number)))
    return f"{number:,.{digits}f}"


def seconds(number: float) -> str:
    """Write a length of time."""
    if isnan(number):
        return UNKNOWN
    return f"{number:.1f} s" if number < 120 else f"{number / 60:.1f} min"
