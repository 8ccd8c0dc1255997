"""A calculator: exact arithmetic on what a model writes, which is parsed and never executed."""

import ast
import operator
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from promptlab.types import RequestFailed

LONGEST = 1000
"""Most characters of an expression."""
DIGITS = 1000
"""Most digits of a number on the way."""
PLACES = 12
"""Significant digits of a result that is no finite decimal."""

_BINARY: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: lambda a, b: Fraction(a // b),
    ast.Mod: operator.mod,
}
_SIGNS = str.maketrans("×÷−–^，", "*/--^,")


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
            tree = ast.parse(_plain(text), mode="eval")
            return written(_value(tree.body))
        except ZeroDivisionError:
            raise RequestFailed(f"{_shown(text)} divides by zero") from None
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            why = str(error) if isinstance(error, RequestFailed) else "it is no arithmetic"
            raise RequestFailed(
                f"{_shown(text)} cannot be computed: {why}; expected numbers, + - * / ** and "
                "brackets, such as (3 + 4) * 2"
            ) from None


def written(value: Fraction) -> str:
    """Write a number as a plain decimal: exactly where it is finite, else to twelve digits."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    context = Context(prec=4 * DIGITS if rest == 1 else PLACES)
    exact = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return f"{exact.normalize(context):f}"


def _plain(text: str) -> str:
    """Undo what people write and Python does not read; bounds come first."""
    if len(text) > LONGEST:
        raise RequestFailed(f"it has {len(text)} characters, more than {LONGEST}")
    plain = unicodedata.normalize("NFKC", text).translate(_SIGNS).strip().rstrip("=").strip()
    return plain.replace("^", "**").replace("%)", "/100)").replace(",", "").replace("$", "")


def _value(node: ast.expr) -> Fraction:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return _bounded(Fraction(str(node.value)))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.UAdd, ast.USub)):
        value = _value(node.operand)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left), _value(node.right)
        if isinstance(node.op, ast.Pow):
            return _power(left, right)
        if type(node.op) in _BINARY:
            return _bounded(_BINARY[type(node.op)](left, right))
    raise ValueError("no arithmetic")


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1:
        raise RequestFailed("roots are not computed")
    size = max(base.numerator.bit_length(), base.denominator.bit_length())
    if abs(exponent) * size > DIGITS * 4:
        raise RequestFailed(f"the result has more than {DIGITS} digits")
    return Fraction(base**exponent)


def _bounded(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > DIGITS * 4:
        raise RequestFailed(f"a number on the way has more than {DIGITS} digits")
    return value


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}…")
