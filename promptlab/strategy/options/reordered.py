"""A question's choices in another order, and an answer to it in the question's own letters."""

from collections.abc import Sequence
from dataclasses import replace

from promptlab.template import LETTERS
from promptlab.types import Answer, Question


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
