"""What an answer took, for a metric that looks at more than the answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.metric.costs import Price, costs, total
from promptlab.metric.latency import ANSWERING, latency
from promptlab.types import Exchange


@dataclass(frozen=True, slots=True)
class Effort:
    """What answering a question took.

    Attributes:
        seconds: In which the answer was waited for; None where a reply was found in a store, or was
            not measured.
        cost: Of its tokens, as if nothing had been in a store; None where no price is said.
    """

    seconds: float | None = None
    cost: float | None = None


def effort(exchanges: Sequence[Exchange], price: Price) -> Effort:
    """Sum up what was asked to answer one question; what its metrics ask is aside.

    Args:
        exchanges: Of the question.
        price: Of whoever was asked.
    """
    answering = [exchange for exchange in exchanges if exchange.stage in ANSWERING]
    return Effort(latency(answering), total(costs(answering, price)).get("cost"))
