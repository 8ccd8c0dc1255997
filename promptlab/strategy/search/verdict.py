"""A verdict: whether an answer is right, as whoever is asked says by yes or no."""

from dataclasses import replace

from promptlab.extract import Extract, read
from promptlab.program import generate
from promptlab.protocols import Program, Template
from promptlab.types import Generate, Question, Sampling, Task

CHECK = (
    "Check whether the solution below the question is correct. Reply with yes or no before "
    "anything else."
)
_YES_NO = Task(answer="yes_no")


def verdict(
    task: Task, question: Question, solution: str, template: Template, sampling: Sampling
) -> Program[bool | None]:
    """Ask whether a solution is right; None where the reply says neither.

    Args:
        task: Asks for yes or no.
        question: What is solved.
        solution: Stands below the question.
        template: How it is asked for.
        sampling: How it is drawn.
    """
    prompt = template.prompt(task, replace(question, text=f"{question.text}\n{solution}"))
    reply = yield from generate(Generate(prompt, template.stopping(sampling, task, reasoned=True)))
    said = read(reply, _YES_NO, question, Extract(policy="first")).text
    return said == "yes" if said else None
