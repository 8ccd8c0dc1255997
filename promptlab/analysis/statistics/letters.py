"""Compact letters: variants that share a letter cannot be told apart.

Piepho, An Algorithm for a Letter-Based Representation of All-Pairwise Comparisons, 2004.
"""

from collections.abc import Iterable
from string import ascii_lowercase

MOST = 104
"""Letters, or sets of variants on the way to them. There may be exponentially many, of which nobody
could make sense."""


def compact_letters(variants: int, different: Iterable[tuple[int, int]]) -> list[str]:
    """Return the letters of each variant, numbered from 0 in the order of the ranking.

    Args:
        variants: How many there are.
        different: The pairs that can be told apart.

    Returns:
        Texts such as "a", "ab", "b"; two of them share a letter exactly where the pair cannot be
        told apart. After z comes A, then aa's like `a1`. Empty texts, where there would be far too
        many letters.
    """
    columns = [frozenset(range(variants))]
    for one, other in sorted(different):
        columns = _drop_subsets(
            part
            for column in columns
            for part in (
                (column - {one}, column - {other}) if {one, other} <= column else (column,)
            )
        )
        if len(columns) > MOST:
            return [""] * variants
    ordered = sorted(columns, key=sorted)
    return [
        "".join(_letter(number) for number, column in enumerate(ordered) if variant in column)
        for variant in range(variants)
    ]


def _drop_subsets(columns: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """Leave out the columns that another one holds."""
    maximal: list[frozenset[int]] = []
    for column in sorted(set(columns), key=len, reverse=True):
        if not any(column <= other for other in maximal):
            maximal.append(column)
    return maximal


def _letter(number: int) -> str:
    alphabet = ascii_lowercase + ascii_lowercase.upper()
    turn, index = divmod(number, len(alphabet))
    return alphabet[index] + (str(turn) if turn else "")
