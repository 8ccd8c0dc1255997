"""Exact match: the answer is, letter for letter, the gold answer or an alias.

Unlike accuracy it knows nothing of the task: 3.50 is not 3.5, and "Paris" is not "paris". Only how
lines end, the spaces around a text, and what reading takes off every text (its final point, its
quotation marks) make no difference.
"""

from dataclasses import dataclass

from promptlab.extract import texts
from promptlab.types import Answer, Example


@dataclass(frozen=True)
class ExactMatch:
    """1 where the answer's text is a gold answer's, spaces around them aside; 0 elsewhere."""

    def __call__(self, answer: Answer, example: Example) -> float:
        """Score the answer."""
        gold = {form for text in (example.answer, *example.aliases) for form in _forms(text)} - {""}
        return float(answer.outcome == "parsed" and _lines(answer.text) in gold)


def _forms(gold: str) -> tuple[str, str]:
    """Return a gold answer as it stands, and as it is read off a reply."""
    return _lines(gold), _lines(texts.cleaned(gold))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
