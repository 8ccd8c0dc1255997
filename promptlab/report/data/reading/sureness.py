"""How sure a recorded answer was: its share of the votes or the probability, and its margin."""

from collections.abc import Mapping
from math import nan
from typing import Any, NamedTuple

from promptlab.types import Answer


class Sureness(NamedTuple):
    """Two ways to say how sure an answer is, from 0 to 1; NaN where there were no votes.

    Attributes:
        share: Of all votes, or of the probability, that the answer got.
        margin: By what share of them it leads the second.
    """

    share: float
    margin: float


UNSURE = Sureness(nan, nan)


def sureness(entry: Mapping[str, Any]) -> Sureness:
    """Read it from a trial's line; malformed votes count as absent."""
    try:
        votes = tuple((str(text), float(weight)) for text, weight in entry.get("votes") or ())
    except (TypeError, ValueError):
        return UNSURE
    answer = Answer("", votes=votes, outcome=entry.get("outcome", ""))
    share = answer.confidence
    if share is None or answer.margin is None:
        return UNSURE
    return Sureness(share, answer.margin)
