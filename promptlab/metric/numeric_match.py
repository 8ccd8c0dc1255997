"""Numeric match: the answer is a number as close to the gold one as asked.

Program-aided work counts a number as right within 1e-3 (Gao et al., PAL,
https://arxiv.org/abs/2211.10435).
"""

from dataclasses import dataclass
from decimal import Decimal

from promptlab.extract import canonical
from promptlab.types import Answer, Example, Question, Task

_NUMBER = Task(answer="number")


@dataclass(frozen=True)
class NumericMatch:
    """1 where |answer - gold| is at most `tolerance`, or `relative` times |gold|; 0 elsewhere."""

    tolerance: float = 1e-3
    relative: float = 0.0

    def __post_init__(self) -> None:
        """Check that the tolerance is not negative."""
        for name in ("tolerance", "relative"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 or more")

    def __call__(self, answer: Answer, example: Example) -> float:
        """Score the answer; one that is not a number is wrong."""
        predicted = _number(answer.text, example.question) if answer.outcome == "parsed" else None
        gold = [_number(text, example.question) for text in (example.answer, *example.aliases)]
        return float(predicted is not None and any(self._near(predicted, right) for right in gold))

    def _near(self, predicted: Decimal, right: Decimal | None) -> bool:
        if right is None:
            return False
        room = max(Decimal(self.tolerance), Decimal(self.relative) * abs(right))
        return abs(predicted - right) <= room


def _number(text: str, question: Question) -> Decimal | None:
    number = canonical(text, _NUMBER, question) if text else None
    return Decimal(number) if number is not None else None
