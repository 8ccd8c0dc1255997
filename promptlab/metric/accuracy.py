"""Accuracy: is the answer the gold answer, or one of its aliases? Equality is the task's own."""

from dataclasses import dataclass

from promptlab.extract import canonical, same
from promptlab.types import Answer, Example, Task


@dataclass(frozen=True)
class Accuracy:
    """1 where the answer is right, 0 where it is wrong or there is none."""

    task: Task

    def __call__(self, answer: Answer, example: Example) -> float:
        """Score the answer by `promptlab.extract.same`."""
        if answer.outcome != "parsed":
            return 0.0
        gold = (example.answer, *example.aliases)
        return float(any(self._is(answer.text, right, example) for right in gold if right.strip()))

    def _is(self, text: str, gold: str, example: Example) -> bool:
        """Compare with one gold answer, which may be written in any of the task's forms."""
        right = canonical(gold, self.task, example.question) or gold
        return same(text, right, self.task)
