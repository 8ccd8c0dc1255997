"""Divide by what is believed of each answer before the question: W = diag(prior)^-1, b = 0.

Zhao et al., Calibrate Before Use, 2021. In logarithms, so that nothing is lost of long answers.
"""

import math
from collections.abc import Mapping, Sequence

Values = Mapping[str, float]
"""What every answer is worth, as the logarithm of a probability."""


def divided(values: Values, prior: Values) -> dict[str, float]:
    """Return the values less the prior's; an answer that can never be stays so."""
    return {
        answer: value - prior[answer] if math.isfinite(prior[answer]) else -math.inf
        for answer, value in values.items()
    }


def mean(references: Sequence[Values], *, shared: bool) -> dict[str, float]:
    """Return the logarithm of each answer's mean probability.

    Args:
        references: What the answers are worth for several questions, one at least.
        shared: Let the probabilities of each question sum to one first.
    """
    scaled = [normalised(each) for each in references] if shared else references
    return {
        answer: log_sum([each[answer] for each in scaled]) - math.log(len(scaled))
        for answer in references[0]
    }


def normalised(values: Values) -> dict[str, float]:
    """Let the probabilities sum to one; where none is possible they stay as they are."""
    total = log_sum(list(values.values()))
    if not math.isfinite(total):
        return dict(values)
    return {answer: value - total for answer, value in values.items()}


def log_sum(values: Sequence[float]) -> float:
    """Return log Σ exp of the values."""
    top = max(values)
    if not math.isfinite(top):
        return top
    return top + math.log(math.fsum(math.exp(value - top) for value in values))
