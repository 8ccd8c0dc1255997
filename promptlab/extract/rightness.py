"""Whether an answer is right: one of those that an example allows, as its task compares them."""

from promptlab.extract.candidates import canonical
from promptlab.extract.equality import same
from promptlab.types import Answer, Example, Task


def right(answer: Answer, example: Example, task: Task) -> bool:
    """Compare with the gold answer and its aliases, which may be written in any of its forms.

    What was not read as an answer is none of them.
    """
    if answer.outcome != "parsed":
        return False
    gold = (text for text in (example.answer, *example.aliases) if text.strip())
    return any(
        same(answer.text, canonical(text, task, example.question) or text, task) for text in gold
    )
