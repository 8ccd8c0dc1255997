"""A question's choices in another order, and an answer to it in the question's own letters."""

from collections.abc import Sequence
from dataclasses import replace

from promptlab.protocols import Strategy
from promptlab.template import LETTERS
from promptlab.types import Answer, Question, Task


def check_choices(inner: Strategy) -> None:
    """Check that a strategy is asked to choose, as far as it says what it is asked.

    Raises:
        ValueError: the task's answer is no letter of a choice.
    """
    asked: object = inner
    while not isinstance(task := getattr(asked, "task", None), Task):
        asked = getattr(asked, "inner", None)
        if asked is None:
            return
    if task.answer != "choice":
        raise ValueError(
            f"the task's answer is a {task.answer}, and the order of choices is what is varied "
            "here; expected a task whose questions have choices: dataset.task.answer=choice"
        )


def reordered(question: Question, order: Sequence[int]) -> Question:
    """Show the choices in this order, by their places in the question's own."""
    return replace(question, choices=tuple(question.choices[place] for place in order))


def rotations(choices: int) -> list[tuple[int, ...]]:
    """List the orders in which every choice stands at every place once."""
    return [
        tuple((place + shift) % choices for place in range(choices)) for shift in range(choices)
    ]


def restored(answer: Answer, order: Sequence[int]) -> Answer:
    """Write an answer's letters, which are of the choices in this order, as the question's own."""
    own = {LETTERS[shown]: LETTERS[place] for shown, place in enumerate(order[: len(LETTERS)])}
    votes = tuple((own.get(text, text), weight) for text, weight in answer.votes)
    return replace(answer, text=own.get(answer.text, answer.text), votes=votes)
