"""How sure an answer must be to be given, from questions whose answers are known.

Geifman and El-Yaniv, Selective Classification for Deep Neural Networks, 2017: of all thresholds
that keep the answers right as often as asked, the one that keeps the most. Theirs adds a bound for
how far a few questions can be off; here it is their share, as it is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Threshold:
    """The least confidence of an answer that is given, and what it did where it was chosen.

    Attributes:
        least: From 0 to 1; more than any can be where no threshold does what is asked.
        asked: How many answers it was chosen on.
        kept: How many of them it keeps.
        right: How many of those are right.
    """

    least: float
    asked: int
    kept: int
    right: int


def reaching(accuracy: float, confidence: Sequence[float], right: Sequence[bool]) -> Threshold:
    """Return the lowest threshold whose kept answers are right that often.

    Args:
        accuracy: The share of those kept that has to be right.
        confidence: Of each answer, from 0 to 1; below 0 where none is known.
        right: Whether each is right.
    """
    every = [_at(least, confidence, right) for least in sorted(set(confidence)) if least >= 0]
    reached = (one for one in every if one.right >= accuracy * one.kept)
    return next(reached, Threshold(math.inf, len(confidence), 0, 0))


def covering(coverage: float, confidence: Sequence[float], right: Sequence[bool]) -> Threshold:
    """Return the highest threshold that keeps that share of the answers, at least.

    Answers that are equally sure are all kept.
    """
    count = math.ceil(coverage * len(confidence) - 1e-9)
    return _at(sorted(confidence, reverse=True)[count - 1], confidence, right)


def _at(least: float, confidence: Sequence[float], right: Sequence[bool]) -> Threshold:
    kept = [one for sure, one in zip(confidence, right, strict=True) if sure >= least]
    return Threshold(least, len(confidence), len(kept), sum(kept))
