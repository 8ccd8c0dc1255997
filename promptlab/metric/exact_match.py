"""Exact match: the answer is, letter for letter, the gold answer or an alias.

Unlike accuracy it knows nothing of the task: 3.50 is not 3.5, and "Paris" is not "paris".
"""

from dataclasses import dataclass

from promptlab.types import Answer, Example


@dataclass(frozen=True)
class ExactMatch:
    """1 where the answer's text is a gold answer's, spaces around them aside; 0 elsewhere."""

    def __call__(self, answer: Answer, example: Example) -> float:
        """Score the answer."""
        gold = {text.strip() for text in (example.answer, *example.aliases)} - {""}
        return float(answer.outcome == "parsed" and answer.text.strip() in gold)
