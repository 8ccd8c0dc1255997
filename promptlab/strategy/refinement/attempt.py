"""An answer, written to be looked at again: its reasoning, and the answer on the next line."""

from promptlab.text.fence import fenced
from promptlab.types import Answer, Task


def attempted(answer: Answer, task: Task) -> str:
    """Write what was reasoned and answered; a program stands in a fence, which begins a line."""
    if task.answer != "code" or not answer.text:
        return "\n".join(filter(None, (answer.rationale, answer.text)))
    return f"{answer.rationale}\n{fenced(answer.text)}"
