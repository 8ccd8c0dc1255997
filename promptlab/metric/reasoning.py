"""Agreement of answer and reasoning: does the arithmetic hold, and is the answer what comes of it?

Each equation of the reasoning is computed again; compare Lyu et al., Faithful Chain-of-Thought
Reasoning, 2023 (https://arxiv.org/abs/2301.13379), where a solver computes the chain. A result
with decimals may be rounded to them. What goes on after its result, or cannot be read as
arithmetic, is not looked at.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from promptlab.extract import right
from promptlab.extract.number.arithmetic import parsed, value
from promptlab.types import Answer, Example, Task

_NUMBER = r"[$£€¥]?\d{1,20}(?:,\d{3})*(?:\.\d{1,20})?"
_OPERAND = rf"[-(]{{0,9}}{_NUMBER}\){{0,9}}"
_SIDE = rf"{_OPERAND}(?: ?[-+*/×÷−x^] ?{_OPERAND}){{0,20}}"
# Possessive, so that a text that goes on without end is read once.
_EQUATION = re.compile(
    rf"(?<![\w.()+*/×÷^-]){_SIDE}(?: ?= ?{_SIDE}){{1,9}}+(?![.,]?\d|[\w%(]| ?[-+*/×÷−=^])"
)
_BEFORE = re.compile(r"[-+*/×÷−)x^]\s*$")
_SIGNS = str.maketrans("x£€¥", "*$$$")


@dataclass(frozen=True)
class Reasoning:
    """`chain_holds`, `right_by_wrong_chain` and `answer_follows`.

    No scores where the reasoning computes nothing, and no `answer_follows` of an answer that is no
    number: whether it is the last result of the reasoning.

    Attributes:
        task: What is asked, which decides whether the answer is right.
    """

    task: Task

    def __call__(self, answer: Answer, example: Example) -> Mapping[str, float]:
        """Score the answer: 1 or 0 each."""
        computed = list(equations(answer.rationale))
        if not computed:
            return {}
        holds, is_right = all(each.holds for each in computed), right(answer, example, self.task)
        said = _number(answer.text) if answer.outcome == "parsed" else None
        follows = {} if said is None else {"answer_follows": float(computed[-1].gives(said))}
        return {
            "chain_holds": float(holds),
            "right_by_wrong_chain": float(is_right and not holds),
            **follows,
        }


@dataclass(frozen=True, slots=True)
class Equation:
    """What two sides of an equation come to, and how far rounding may put them apart."""

    left: Fraction
    right: Fraction
    room: Fraction

    @property
    def holds(self) -> bool:
        """Whether both are the same."""
        return abs(self.left - self.right) <= self.room

    def gives(self, number: Fraction) -> bool:
        """Whether a number is its result, as it is written or before it was rounded."""
        return number in (self.left, self.right)


def equations(reasoning: str) -> Iterator[Equation]:
    """Yield each equation of a text that computes something, in their order.

    Of a chain, `2 + 3 = 5 = 10 / 2`, each side with the next. Where one divides by zero, the other
    is never the same.
    """
    plain = unicodedata.normalize("NFKC", reasoning)
    for found in _EQUATION.finditer(plain):
        if _BEFORE.search(plain[max(found.start() - 3, 0) : found.start()]):
            continue
        sides = [side.strip() for side in found[0].split("=")]
        for left, other in pairwise([sides[0].lstrip("("), *sides[1:]] if _open(sides) else sides):
            if one := _equation(left, other):
                yield one


def _open(sides: list[str]) -> bool:
    """Say whether brackets stand around the whole: (3 + 4 = 7)."""
    return sides[0].count("(") > sides[0].count(")")


def _equation(left: str, other: str) -> Equation | None:
    if _number(left) is not None and _number(other) is not None:
        return None
    try:
        values = [_value(side) for side in (left, other)]
    except ZeroDivisionError:
        return Equation(Fraction(1), Fraction(0), Fraction(0))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return Equation(values[0], values[1], max(_room(left), _room(other)))


def _value(side: str) -> Fraction:
    unclosed = side.rstrip(")") if side.count(")") > side.count("(") else side
    return value(parsed(unclosed.translate(_SIGNS)))


def _room(side: str) -> Fraction:
    """Return half a unit of the last decimal of a number that stands alone."""
    decimals = len(side.partition(".")[2]) if _number(side) is not None else 0
    return Fraction(1, 2 * 10**decimals) if decimals else Fraction(0)


def _number(text: str) -> Fraction | None:
    """Read a number that stands alone; None where it is something else."""
    bare = text.strip().rstrip(")").lstrip("$£€¥").replace(",", "")
    return Fraction(bare) if re.fullmatch(r"-?\d{1,40}(?:\.\d{1,40})?", bare) else None
