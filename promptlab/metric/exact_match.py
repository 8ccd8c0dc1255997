"""Exact match: the answer is, letter for letter, the gold answer or an alias.

Unlike accuracy it compares no values: 3.50 is not 3.5, and "Paris" is not "paris". Only how lines
end, the spaces around a text, and what reading takes off every answer (a text's final point and
quotation marks, which words a file has for yes and no, the order and spacing of JSON) make no
difference.
"""

from dataclasses import dataclass

from promptlab.extract import canonical, texts
from promptlab.text.spelling import meaning
from promptlab.types import Answer, Example, Question, Task


@dataclass(frozen=True)
class ExactMatch:
    """1 where the answer's text is a gold answer's, spaces around them aside; 0 elsewhere.

    Attributes:
        task: What is asked: of yes or no, the answer is `yes` or `no`.
    """

    task: Task = Task()

    def __call__(self, answer: Answer, example: Example) -> float:
        """Score the answer."""
        gold = {
            form for text in (example.answer, *example.aliases) for form in self._forms(text)
        } - {""}
        return float(answer.outcome == "parsed" and _lines(answer.text) in gold)

    def _forms(self, gold: str) -> tuple[str, str]:
        """Return a gold answer as it stands, and as it is read off a reply."""
        read = texts.cleaned(gold)
        if self.task.answer == "yes_no":
            read = meaning(gold) or read
        if self.task.answer == "json":
            read = canonical(gold, self.task, Question("", "")) or read
        return _lines(gold), _lines(read)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
