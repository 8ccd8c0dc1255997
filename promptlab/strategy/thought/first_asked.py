"""What is asked of the model before the question is, and how the question then tells it."""

from dataclasses import replace

from promptlab.extract.thinking import visible
from promptlab.program import generate
from promptlab.protocols import Program
from promptlab.types import Answer, Generate, Prompt, Question, Sampling, Task


def written(prompt: Prompt, sampling: Sampling) -> Program[str]:
    """Ask for a text; it is returned without the thinking and the blanks around it."""
    completion = yield from generate(Generate(prompt, sampling))
    return visible(completion.text).strip()


def informed(question: Question, *texts: str) -> Question:
    """Return the question with more to read before it, after its own context."""
    return replace(question, context="\n".join(filter(None, (question.context, *texts))))


def said(answer: Answer) -> str:
    """Return a simpler question's answer as text: what was written where none could be read.

    Where something went wrong (a program that failed, say) it is unknown, and why.
    """
    if answer.text or not answer.why:
        return answer.text or answer.rationale
    return f"unknown: {answer.why}"


def asking(task: Task, words: str) -> Task:
    """Return a task that asks for something else about the same: `words` follow its instruction."""
    told = "\n".join(filter(None, (task.instruction, words)))
    return Task(told, labels=task.labels, multiline=True)
