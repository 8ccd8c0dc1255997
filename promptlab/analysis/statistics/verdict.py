"""A comparison in one plain sentence."""

from math import floor, inf, log10

from promptlab.analysis.statistics.difference import Difference
from promptlab.analysis.statistics.power import examples_needed


def sentence(
    a: str,
    b: str,
    result: Difference,
    *,
    pvalue: float | None = None,
    correction: str = "",
    alpha: float = 0.05,
    power: float = 0.8,
    unit: str = "points",
    scale: float = 100,
) -> str:
    """Say which of two variants is better, or that they cannot be told apart.

    "knn beats random by 21 points [12, 30], p = 0.0001 after Holm"; "bm25 and knn cannot be told
    apart with 100 examples: about 640 would be needed".

    Args:
        a: The first variant's name.
        b: The second variant's name.
        result: Their difference, `a` minus `b`.
        pvalue: Corrected for many comparisons, where there were many.
        correction: How: "Holm".
        alpha: Below which a p-value tells them apart.
        power: With which the examples needed would tell them apart.
        unit: Of the difference.
        scale: How many units a score of 1 is.
    """
    p = result.pvalue if pvalue is None else pvalue
    if p >= alpha:
        return _no_difference(a, b, result, alpha * min(1.0, result.pvalue / p), power)
    sign = 1 if result.difference > 0 else -1
    low, high = sorted((sign * result.low * scale, sign * result.high * scale))
    digits = max(0, min(3, 1 - floor(log10(high - low)))) if high > low else 1
    by, low_, high_ = (
        f"{value:.{digits}f}" for value in (abs(result.difference) * scale, low, high)
    )
    winner, loser = (a, b) if sign > 0 else (b, a)
    after = f" after {correction}" if correction else ""
    return f"{winner} beats {loser} by {by} {unit} [{low_}, {high_}], {p_words(p)}{after}"


def p_words(pvalue: float) -> str:
    """Say a p-value with two digits at most: "p = 0.032", "p < 0.0001"."""
    if pvalue < 0.0001:
        return "p < 0.0001"
    return f"p = {float(f'{pvalue:.2g}'):.6f}".rstrip("0").rstrip(".")


def _no_difference(a: str, b: str, result: Difference, alpha: float, power: float) -> str:
    """Say that two variants cannot be told apart, and what it would take."""
    if result.n10 == result.n01 == 0:
        scope = (
            "the only example" if result.examples == 1 else f"each of {result.examples:,} examples"
        )
        return f"{a} and {b} score the same on {scope}"
    examples = "1 example" if result.examples == 1 else f"{result.examples:,} examples"
    text = f"{a} and {b} cannot be told apart with {examples}"
    needed = examples_needed(result.difference, result.discordant, alpha=alpha, power=power)
    if needed == inf:
        return f"{text}: their means are equal"
    if needed <= result.examples:
        return text
    return f"{text}: about {_round(needed):,} would be needed"


def _round(number: float) -> int:
    """Round to two digits."""
    return int(float(f"{number:.2g}"))
