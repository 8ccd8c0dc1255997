"""What a prompt file may name: of the task, of the question and of its demonstrations.

    question, context, choices, id     what is asked
    instruction, labels                the task
    demonstrations                     each with question, context, choices, answer, rationale,
                                       solution (its answer as a template shows it) and its own
                                       fields
    turns                              what was said before, each with role and content
    passages                           what was retrieved, each with number, text, id and its
                                       record's fields
    reasoning                          whether a strategy wants reasons before the answer
    fields, and each field by name     what else the record holds

A list that is printed whole prints as a template of pieces would show it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from promptlab.protocols import By
from promptlab.template.pieces import LETTERS, Template
from promptlab.types import Example, Question, Task

NAMES = (
    *("question", "context", "choices", "id", "instruction", "labels", "demonstrations"),
    *("turns", "passages", "reasoning", "fields"),
)
"""The variables that every question has."""
PARTS = (
    *("answer", "rationale", "solution", "letter", "text", "number"),
    *("index", "index0", "first", "last"),
)
"""What a demonstration, a choice, a passage and Jinja's `loop` have."""


class Listed(list[Any]):
    """A list that prints as text."""

    def __init__(self, items: Iterable[Any], text: str) -> None:
        """Take the items, and what they print as together."""
        super().__init__(items)
        self._text = text

    def __str__(self) -> str:
        """Return the text."""
        return self._text


def variables(
    pieces: Template,
    task: Task,
    question: Question,
    demos: Sequence[Example],
    *,
    with_rationale: bool,
    reasoning: bool,
    by: By,
) -> dict[str, Any]:
    """Return what a file may name, as plain data; a field never hides what every question has."""
    opening = pieces.reason if reasoning else ""
    shown = [
        _fields(pieces, demo.question, by)
        | {
            "answer": pieces.written(demo.answer, demo.question, task, by),
            "rationale": demo.rationale,
            "solution": (opening + pieces.shown(demo, task, with_rationale, by)).strip(),
        }
        for demo in demos
    ]
    solved = [
        pieces.body(demo.question, by)
        + pieces.cue
        + opening
        + pieces.shown(demo, task, with_rationale, by)
        for demo in demos
    ]
    return _fields(pieces, question, by) | {
        "instruction": task.instruction.replace("{labels}", ", ".join(task.labels)),
        "labels": Listed(task.labels, ", ".join(task.labels)),
        "demonstrations": Listed(shown, pieces.separator.join(solved)),
        "reasoning": with_rationale or reasoning,
    }


def _fields(pieces: Template, question: Question, by: By) -> dict[str, Any]:
    """Return what a question holds; answered by their texts, its choices are not listed."""
    choices = question.choices if by == "letter" else ()
    listed = [{"letter": a, "text": b} for a, b in zip(LETTERS, choices, strict=False)]
    own: Mapping[str, Any] = question.metadata
    return {str(name): value for name, value in own.items()} | {
        "fields": dict(own),
        "id": question.id,
        "question": question.text,
        "context": question.context,
        "choices": Listed(listed, pieces.listed(choices)),
        "turns": Listed(question.turns, pieces.said(question)),
        "passages": Listed(_passages(question), pieces.retrieved(question).rstrip("\n")),
    }


def _passages(question: Question) -> list[dict[str, Any]]:
    """Return what was retrieved for a question; a field never hides what every passage has."""
    return [
        {str(name): value for name, value in passage.metadata.items()}
        | {"number": number, "id": passage.id, "text": passage.text}
        for number, passage in enumerate(question.passages, 1)
    ]
