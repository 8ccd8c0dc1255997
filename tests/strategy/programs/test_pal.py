"""Programs as reasoning: what the model writes is run by the tool, and that is the answer."""

import pytest

from promptlab import Dataset, Experiment, First, Scripted, SelfConsistency
from promptlab.ordering.similar_last import SimilarLast
from promptlab.program import solve
from promptlab.route import Route
from promptlab.strategy.programs.pal import PAL, nearest
from promptlab.tool.executor.monty import Monty
from promptlab.tool.python import Python
from promptlab.types import Example, Question, Task

pytest.importorskip("pydantic_monty")
TASK = Task(answer="number")
QUESTION = Question("q", "Tom has 3 pens and buys 4. How many has he?")
PROGRAM = "def solution():\n    pens = 3\n    return pens + 4"
TOOLS = {"python": Python(Monty(seconds=0.5))}


def answered(reply, task=TASK, question=QUESTION, demos=(), **fields):
    asked = []

    def say(request):
        asked.append(request.prompt.text)
        return reply

    answer = solve(
        PAL(task, **fields).solve(question, demos), Route({"model": Scripted(say)}, TOOLS)
    )
    return answer, asked[0]


@pytest.mark.parametrize("reply", [f" {PROGRAM}\n\n", f"```python\n{PROGRAM}\n```", f"\n{PROGRAM}"])
def test_the_result_of_the_program_is_the_answer_and_the_program_its_reasoning(reply):
    answer, _ = answered(reply)
    assert (answer.text, answer.outcome) == ("7", "parsed")
    assert answer.rationale.strip() == PROGRAM


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("def solution():\n    return 1 / 0", "ZeroDivisionError"),
        ("def solution(:", "the program failed"),
        ("while True:\n    pass", "time limit"),
        ("", "no program"),
    ],
)
def test_a_program_that_fails_leaves_the_question_unparsed_and_says_why(reply, why):
    answer, _ = answered(reply)
    assert (answer.text, answer.outcome) == ("", "unparsed")
    assert why in answer.why


def test_demonstrations_with_programs_are_shown_and_else_the_worked_examples():
    program = "def solution():\n    return 1 + 1"
    demos = (Example(Question("a", "1 + 1?"), "2", program), Example(Question("b", "x"), "3", "3."))
    shots = (("Two?", "def solution():\n    return 2"),)
    _, shown = answered("", demos=demos, shots=shots)
    assert f"Q: 1 + 1?\nA: {program}" in shown
    assert "Two?" not in shown
    assert "Q: x" not in shown
    _, shown = answered("", demos=demos[1:], shots=shots)
    assert "Q: Two?\nA: def solution():\n    return 2" in shown


def test_a_choice_is_the_option_whose_number_is_nearest():
    task = Task(answer="choice")
    question = Question("q", "3 + 4?", ("about 5", "6.9", "12"))
    assert answered(PROGRAM, task, question)[0].text == "B"
    assert nearest("7", ("red", "8")) == ""
    assert nearest("no number", ("7", "8")) == ""


def test_a_strategy_that_calls_a_tool_that_is_not_there_is_refused():
    data = Dataset("d", TASK, (Example(QUESTION, "7"),), (Example(QUESTION, "7"),))
    strategy = SelfConsistency(PAL(TASK), task=TASK)
    with pytest.raises(ValueError, match="calls the tool 'python', and this run has none; .*tool="):
        Experiment(data, First(0), SimilarLast(), strategy, Scripted([""]), {})
