"""Accuracy: is the answer the gold answer, or one of its aliases? Equality is the task's own."""

from dataclasses import dataclass

from promptlab.extract import right
from promptlab.types import Answer, Example, Task


@dataclass(frozen=True)
class Accuracy:
    """1 where the answer is right, 0 where it is wrong or there is none."""

    task: Task

    def __call__(self, answer: Answer, example: Example) -> float:
        """Score the answer by `promptlab.extract.right`."""
        return float(right(answer, example, self.task))
