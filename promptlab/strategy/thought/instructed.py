"""What a strategy says of how to reply, after what the task says of what is asked."""

from dataclasses import replace

from promptlab.types import Task


def instructed(task: Task, words: str) -> Task:
    """Return the task with more said in its instruction."""
    return replace(task, instruction="\n".join(filter(None, (task.instruction, words))))
