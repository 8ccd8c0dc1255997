"""A question as it is put, and the words of which one answers it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from promptlab.extract.options.choices import choices
from promptlab.protocols import By, Template
from promptlab.types import Example, Message, Prompt, Question, Task

EMPTY = Prompt((Message("text", ""),))


@dataclass(frozen=True)
class Posed:
    """One question after its demonstrations.

    Attributes:
        task: What is asked.
        template: How it is written.
        by: A choice's `letter`, or its `text`.
        question: The question.
        demos: The demonstrations, in this order.
        words: What could answer it, as demonstrations write it.
    """

    task: Task
    template: Template
    by: By
    question: Question
    demos: tuple[Example, ...]
    words: tuple[str, ...]

    @cached_property
    def prompt(self) -> Prompt:
        """The prompt that a completion would answer, too."""
        return self.template.prompt(self.task, self.question, self.demos, by=self.by)

    @cached_property
    def continuations(self) -> tuple[str, ...]:
        """The words as they would continue the prompt."""
        return tuple(self.template.continuation(word) for word in self.words)

    def about(self, text: str, demos: Sequence[Example] = ()) -> "Posed":
        """Put the same of a text that says nothing."""
        return replace(self, question=free_of_content(self.question, text), demos=tuple(demos))


def free_of_content(question: Question, text: str) -> Question:
    """Put a text in the place of a question's own, its context and its further fields.

    Its choices stay: they are what can be answered.
    """
    fields = dict.fromkeys(question.metadata, "")
    return Question(f"{question.id}: {text!r}", text, choices(question), metadata=fields)
