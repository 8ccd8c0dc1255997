"""Game of 24: does an expression use each number of the question once, and come to 24?

Yao et al., Tree of Thoughts: Deliberate Problem Solving with Large Language Models, 2023
(https://arxiv.org/abs/2305.10601). It needs no gold answer, and nothing is executed: the expression
is parsed and computed with fractions.
"""

import ast
import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from promptlab.extract.number.arithmetic import parsed, value
from promptlab.types import Answer, Example

_ALLOWED = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.UAdd, ast.USub)
_BEFORE = re.compile(r"^.*[:：]", re.DOTALL)


@dataclass(frozen=True)
class GameOf24:
    """1 where the answer's last line solves the puzzle, 0 elsewhere.

    What stands behind an equals sign is not looked at, nor what stands before a colon, as in
    "Answer: (4 * 5) + (10 - 6) = 24".

    Attributes:
        target: What the expression has to come to.
    """

    without_gold: ClassVar[bool] = True

    target: int = 24

    def __call__(self, answer: Answer, example: Example) -> float:
        """Score the answer; the question's whole numbers are those to be used."""
        if answer.outcome != "parsed":
            return 0.0
        given = unicodedata.normalize("NFKC", example.question.text)
        numbers = [Fraction(number) for number in re.findall(r"\d{1,9}", given)]
        return float(solves(expression(answer.text), numbers, self.target))


def expression(text: str) -> str:
    """Return the expression of a text: its last line, without what announces it and its result."""
    lines = text.strip().splitlines() or [""]
    return _BEFORE.sub("", lines[-1]).split("=")[0].split("＝")[0].strip().strip("`$. ")


def solves(written: str, numbers: list[Fraction], target: int) -> bool:
    """Say whether an expression of + - * / and brackets uses the numbers, and is the target."""
    try:
        tree = parsed(written)
        parts = list(ast.walk(tree))
        used = [value(part) for part in parts if isinstance(part, ast.Constant)]
        operators = [part for part in parts if isinstance(part, ast.operator | ast.unaryop)]
        allowed = all(isinstance(each, _ALLOWED) for each in operators)
        return allowed and sorted(used) == sorted(numbers) and value(tree) == target
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError, MemoryError):
        return False
