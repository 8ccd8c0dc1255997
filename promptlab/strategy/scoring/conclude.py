"""From the values of all possible answers to an answer."""

import math
from collections.abc import Mapping, Sequence

from promptlab.types import Answer


def conclude(values: Mapping[str, float]) -> Answer:
    """Rank the answers, ties by their order, each with its share of the probability."""
    if not any(map(math.isfinite, values.values())):
        return Answer("", outcome="unparsed")
    given = shares(list(values.values()))
    ranked = sorted(zip(values, given, values.values(), strict=True), key=lambda each: -each[2])
    votes = tuple((answer, share) for answer, share, _ in ranked)
    return Answer(ranked[0][0], votes=votes)


def shares(values: Sequence[float]) -> list[float]:
    """Return probabilities that sum to one; `values` are logarithms, one of them finite."""
    top = max(values)
    weights = [math.exp(value - top) for value in values]
    total = sum(weights)
    return [weight / total for weight in weights]
