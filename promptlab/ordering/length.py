"""How long a demonstration is: the characters of all that it may show."""

from promptlab.types import Example


def length(demo: Example) -> int:
    """Count the characters of context, question, choices, rationale and answer."""
    question = demo.question
    shown = (question.context, question.text, *question.choices, demo.rationale, demo.answer)
    return sum(len(text) for text in shown)
