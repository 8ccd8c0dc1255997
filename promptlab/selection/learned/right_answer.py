"""The log-probability of an example's right answer, after demonstrations: what helps raises it."""

from collections.abc import Sequence

from promptlab.protocols import Template
from promptlab.types import Example, Score, Task


def right_answer(
    task: Task, template: Template, example: Example, demos: Sequence[Example]
) -> Score:
    """Ask for the log-probability of the answer as a demonstration would give it, in nats."""
    right = template.written(example.answer, example.question)
    prompt = template.prompt(task, example.question, demos)
    return Score(prompt, (template.continuation(right),))
