"""A calculator: exact arithmetic on what a model writes, which is parsed and never executed."""

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from promptlab.extract.number.arithmetic import DIGITS, parsed, value
from promptlab.types import RequestFailed

PLACES = 12
"""Significant digits of a result that is no finite decimal."""


@dataclass(frozen=True)
class Calculator:
    """Compute + - * / // % and ** (or ^) with brackets, as in `(3 + 4) * 2`; 1,000 and 50% work."""

    pure: bool = True
    description: str = "computes an arithmetic expression, such as (3 + 4) * 2.5"

    def __call__(self, text: str) -> str:
        """Return the value: a whole number, a decimal, or twelve significant digits of one.

        Raises:
            RequestFailed: it is no arithmetic, divides by zero, or grows too large.
        """
        try:
            return written(value(parsed(text)))
        except ZeroDivisionError:
            raise RequestFailed(f"{_shown(text)} divides by zero") from None
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            why = str(error) if isinstance(error, RequestFailed) else "it is no arithmetic"
            raise RequestFailed(
                f"{_shown(text)} cannot be computed: {why}; expected numbers, + - * / ** and "
                "brackets, such as (3 + 4) * 2"
            ) from None


def written(result: Fraction) -> str:
    """Write a number as a plain decimal: exactly where it is finite, else to twelve digits."""
    rest = result.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    context = Context(prec=4 * DIGITS if rest == 1 else PLACES)
    exact = context.divide(Decimal(result.numerator), Decimal(result.denominator))
    return f"{exact.normalize(context):f}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}…")
