"""The answers that a question can have, where its task knows them all."""

from promptlab.extract.options.choices import choices
from promptlab.template import LETTERS
from promptlab.types import Question, Task


def possible(task: Task, question: Question) -> tuple[str, ...]:
    """List a question's possible answers in the task's canonical form; none where they are open."""
    if task.answer == "choice":
        return tuple(LETTERS[: len(choices(question))])
    if task.answer == "yes_no":
        return ("yes", "no")
    return task.labels if task.answer == "label" else ()
