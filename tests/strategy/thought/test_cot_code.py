"""Chain of thought whose answer is a program: it stands in a fence, and is read there."""

import pytest

from promptlab.model.scripted import Scripted
from promptlab.program import solve
from promptlab.route import Route
from promptlab.strategy.programs.pal import PAL
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.strategy.voting.response import response
from promptlab.template import QA
from promptlab.types import Answer, Completion, Example, Question, Task

CODE = Task("Write the Python program.", "code")
PROGRAM = "def f(x):\n    return x + 1"
DEMOS = (Example(Question("d", "Add one."), PROGRAM, "One more is x + 1."),)


class Model:
    identity = {"name": "m"}

    def __init__(self, said):
        self.said, self.asked = said, []

    def answer(self, requests):
        self.asked += [request.prompt.text for request in requests]
        return [Completion(self.said) for _ in requests]


def test_a_demonstration_shows_its_program_in_a_fence_and_a_reply_is_read_from_one():
    model = Model(f" Double it. The answer is\n```\n{PROGRAM}\n```\n")
    solved = solve(
        ChainOfThought(CODE).solve(Question("q", "Double."), DEMOS), Route({"model": model})
    )
    shown = f"Q: Add one.\nA: One more is x + 1. The answer is\n```\n{PROGRAM}\n```\n\nQ: Double."
    assert shown in model.asked[0]
    assert (solved.text, solved.rationale) == (PROGRAM, "Double it.")


def test_without_a_rationale_the_program_is_announced_alike():
    bare = Example(Question("d", "Add one."), PROGRAM)
    assert QA.shown(bare, CODE, with_rationale=True) == f" The answer is\n```\n{PROGRAM}\n```"
    assert QA.shown(bare, CODE) == f" {PROGRAM}"


def test_a_program_that_holds_a_fence_stands_in_a_longer_one():
    program = 'print("""\n```\n""")'
    shown = QA.shown(Example(Question("d", "x"), program, "So."), CODE, with_rationale=True)
    assert shown == f" So. The answer is\n````\n{program}\n````"
    said = solve(
        ChainOfThought(CODE).solve(Question("q", "x"), ()), Route({"model": Scripted((shown,))})
    )
    assert said.text == program


def test_who_judges_a_program_is_shown_it_in_a_fence():
    answer = Answer(PROGRAM, "So.")
    assert response(answer, Question("q", "x"), CODE, QA) == f"So.\n```\n{PROGRAM}\n```"


def test_pal_is_no_strategy_for_a_program_that_is_the_answer():
    with pytest.raises(ValueError, match="pal's is what a program prints; expected strategy"):
        PAL(CODE)
