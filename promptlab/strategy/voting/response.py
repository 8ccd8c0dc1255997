"""A draw, written as a text to be read by whoever judges it."""

from promptlab.protocols import Template
from promptlab.text.fence import fenced
from promptlab.types import Answer, Question, Task


def response(answer: Answer, question: Question, task: Task, template: Template) -> str:
    """Write the reasoning and, after the template's trigger, the answer."""
    text = template.written(answer.text, question, task)
    if task.answer == "code":
        return "\n".join(filter(None, (answer.rationale, fenced(text))))
    return " ".join(filter(None, (answer.rationale, template.trigger, text)))
