"""What a model's tokens cost, in a currency of whoever says so; it decides no reply."""

from dataclasses import dataclass
from math import isfinite
from typing import Any


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a million tokens; None where it is not said.

    Attributes:
        input: Of a prompt's.
        output: Of a completion's.
    """

    input: float | None = None
    output: float | None = None

    def __post_init__(self) -> None:
        """Refuse half a price, and one below nothing."""
        said = [price for price in (self.input, self.output) if price is not None]
        if len(said) == 1 or not all(isfinite(price) and price >= 0 for price in said):
            raise ValueError(
                f"price.input is {self.input} and price.output is {self.output}; expected the "
                "price of a million tokens for both, 0 or more, or null for both"
            )

    def of(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """Return what so many tokens cost; None where the price is not said."""
        if self.input is None or self.output is None:
            return None
        return (self.input * prompt_tokens + self.output * completion_tokens) / 1_000_000


UNPRICED = Price()
"""Of a model of which nobody said a price."""


def price_of(model: Any) -> Price:
    """Return a model's price, or else that of the model inside it; one not said if neither has."""
    if model is None:
        return UNPRICED
    price = getattr(model, "price", None)
    return price if isinstance(price, Price) else price_of(getattr(model, "inner", None))
