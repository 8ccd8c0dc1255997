"""Micro F1: the F1 of all answers together, so that each answer counts alike.

An answer that was not read lowers recall and not precision; without such, micro F1 is accuracy.
"""

from collections.abc import Iterable


def micro_f1(pairs: Iterable[tuple[str, str]]) -> float:
    """Return the micro F1 of (answer, gold) pairs; an empty answer was not read. 0 for no pairs."""
    pairs = [(answer, right) for answer, right in pairs if right]
    hits = sum(answer == right for answer, right in pairs)
    given = sum(bool(answer) for answer, _ in pairs)
    return 2 * hits / (given + len(pairs)) if pairs else 0.0
