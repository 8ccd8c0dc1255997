"""DSPy's prompts as a strategy: compiled programs, and its format alone."""

import dspy
import pytest

from promptlab.strategy.dspy_program import DSPyProgram
from promptlab.types import Answer, Completion, Example, Question, Task

NUMBER = Task("Solve it.", "number")
ASKED = Question("q", "What is 6 + 1?")
REPLY = "[[ ## answer ## ]]\n7\n\n[[ ## completed ## ]]"


def drive(strategy: DSPyProgram, reply: str, demos=()) -> tuple[str, Answer]:
    program = strategy.solve(ASKED, demos)
    (request,) = next(program)
    with pytest.raises(StopIteration) as stop:
        program.send([Completion(reply)])
    return request.prompt.text, stop.value.value


def test_the_selections_demonstrations_are_shown_in_dspys_format() -> None:
    demo = Example(Question("d", "What is 1 + 1?"), "2", "1 + 1 = 2.")
    prompt, answer = drive(DSPyProgram(NUMBER), REPLY, (demo,))
    assert "Solve it." in prompt
    assert "[[ ## question ## ]]\nWhat is 1 + 1?" in prompt
    assert prompt.index("What is 1 + 1?") < prompt.index("What is 6 + 1?")
    assert (answer.text, answer.outcome) == ("7", "parsed")


def test_a_compiled_program_brings_its_own_instructions_and_demonstrations(tmp_path) -> None:
    program = dspy.ChainOfThought("question -> answer")
    signature = program.predict.signature.with_instructions("Think like an abacus.")
    program.predict.signature = signature
    program.predict.demos = [dspy.Example(question="2 + 2?", reasoning="Two twos.", answer="4")]
    program.save(str(tmp_path / "program.json"))
    path = str(tmp_path / "program.json")
    strategy = DSPyProgram(NUMBER, "question -> reasoning, answer", path)
    prompt, _ = drive(strategy, REPLY, (Example(Question("d", "Unseen?"), "1"),))
    assert "Think like an abacus." in prompt
    assert "2 + 2?" in prompt
    assert "Two twos." in prompt
    assert "Unseen?" not in prompt


def test_a_reply_that_dspy_cannot_parse_is_unparsed() -> None:
    assert drive(DSPyProgram(NUMBER), "It is 7.")[1].outcome == "unparsed"


def test_an_unknown_predictor_is_answered_with_those_there_are(tmp_path) -> None:
    program = dspy.ChainOfThought("question -> answer")
    program.save(str(tmp_path / "program.json"))
    strategy = DSPyProgram(NUMBER, path=str(tmp_path / "program.json"), predictor="other")
    with pytest.raises(ValueError, match="'other'; expected one of predict"):
        next(strategy.solve(ASKED, ()))
