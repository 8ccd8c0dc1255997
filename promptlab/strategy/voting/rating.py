"""A rating: how likely an answer is right, as whoever is asked says by a number from 0 to 100."""

from dataclasses import replace

from promptlab.extract import Extract, read
from promptlab.program import generate
from promptlab.protocols import Program, Template
from promptlab.types import Generate, Question, Sampling, Task

BEST = 100
_NUMBER = Task(answer="number")


def rating(
    task: Task, question: Question, solution: str, template: Template, sampling: Sampling
) -> Program[float]:
    """Ask for a number from 0 to 100; return it from 0 to 1, and 0 where there is none.

    Args:
        task: Asks for the number.
        question: What is solved.
        solution: Stands below the question.
        template: How it is asked for.
        sampling: How it is drawn.
    """
    prompt = template.prompt(task, replace(question, text=f"{question.text}\n{solution}"))
    reply = yield from generate(Generate(prompt, template.stopping(sampling, task, reasoned=True)))
    number = read(reply, _NUMBER, question, Extract(policy="first", digits_only=True)).text
    return _share(float(number)) if number else 0.0


def _share(number: float) -> float:
    """Take a number from 0 to 100 to one from 0 to 1, where a fraction of 1 already is."""
    share = number if 0 < number < 1 else number / BEST
    return share if 0 <= share <= 1 else 0.0
