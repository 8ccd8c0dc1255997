"""Arithmetic that somebody wrote, computed exactly: it is parsed, and never executed."""

import ast
import operator
import unicodedata
from collections.abc import Callable, Mapping
from fractions import Fraction

from promptlab.types import RequestFailed

LONGEST = 1000
"""Most characters of an expression."""
DIGITS = 1000
"""Most digits of a number on the way."""

_BINARY: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: lambda a, b: Fraction(a // b),
    ast.Mod: operator.mod,
}
_SIGNS = str.maketrans("×÷−–^，", "*/--^,")


def parsed(text: str) -> ast.expr:
    """Read an expression as people write it: ×, ÷, ^, 1,000 and 50% are understood.

    Raises:
        ValueError: it is too long, a `RequestFailed`.
        SyntaxError, RecursionError, MemoryError: it cannot be read.
    """
    return ast.parse(_plain(text), mode="eval").body


def _plain(text: str) -> str:
    """Undo what people write and Python does not read; bounds come first."""
    if len(text) > LONGEST:
        raise RequestFailed(f"it has {len(text)} characters, more than {LONGEST}")
    plain = unicodedata.normalize("NFKC", text).translate(_SIGNS).strip().rstrip("=").strip()
    return plain.replace("^", "**").replace("%)", "/100)").replace(",", "").replace("$", "")


def value(node: ast.expr) -> Fraction:
    """Compute what was parsed.

    Raises:
        ValueError: it is no arithmetic; a `RequestFailed` where a number grows too large.
        ZeroDivisionError: it divides by zero.
    """
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return _bounded(Fraction(str(node.value)))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.UAdd, ast.USub)):
        operand = value(node.operand)
        return -operand if isinstance(node.op, ast.USub) else operand
    if isinstance(node, ast.BinOp):
        left, right = value(node.left), value(node.right)
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


def _bounded(number: Fraction) -> Fraction:
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > DIGITS * 4:
        raise RequestFailed(f"a number on the way has more than {DIGITS} digits")
    return number
