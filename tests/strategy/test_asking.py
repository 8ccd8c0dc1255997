"""Direct prompting and chains of thought: what they ask, and how they read the reply."""

import pytest

from promptlab.protocols import Program
from promptlab.strategy.direct import Direct
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.strategy.thought.zero_shot_cot import ZeroShotCoT
from promptlab.template import Template
from promptlab.types import Answer, Completion, Example, Generate, Question, Task

NUMBER = Task(answer="number")
ASKED = Question("q", "What is 6 + 1?")
DEMO = Example(Question("d", "What is 1 + 1?"), "2", "1 + 1 = 2.")


def drive(program: Program[Answer], *replies: str | Completion) -> tuple[list[Generate], Answer]:
    """Answer a program's requests one after another."""
    asked = list(next(program))
    for reply in replies:
        completion = reply if isinstance(reply, Completion) else Completion(reply)
        try:
            asked += program.send([completion])
        except StopIteration as stop:
            return asked, stop.value
    raise AssertionError("the program asks for more")


def test_direct_asks_once_and_stops_at_the_line() -> None:
    (request,), answer = drive(Direct(NUMBER).solve(ASKED, (DEMO,)), " 7")
    assert request.prompt.text == "Q: What is 1 + 1?\nA: 2\n\nQ: What is 6 + 1?\nA:"
    assert request.sampling.stop == ("\n",)
    assert (answer.text, answer.outcome) == ("7", "parsed")


def test_direct_lets_code_have_its_lines_and_tokens() -> None:
    body = "    total = a + b\n\n    return total"
    task, asked = Task(answer="code"), Question("q", "def add(a, b):")
    (request,), answer = drive(Direct(task).solve(asked, ()), body + "\n")
    assert request.sampling.stop == ("\nQ:",)
    assert request.sampling.max_tokens == 512
    assert answer.text == body
    _, after_a_space = drive(Direct(task).solve(asked, ()), f" {body}")
    assert after_a_space.text == body


def test_direct_reads_all_lines_of_a_text_that_has_several() -> None:
    program = Direct(Task(answer="text", multiline=True)).solve(ASKED, ())
    (request,), answer = drive(program, " Roses are red,\nviolets blue.")
    assert "\n" not in request.sampling.stop
    assert answer.text == "Roses are red,\nviolets blue."


def test_zero_shot_cot_concludes_with_as_many_tokens_as_code_needs() -> None:
    asked, _ = drive(ZeroShotCoT(Task(answer="code")).solve(ASKED, ()), "Add.", "x = 1\ny = 2")
    assert asked[1].sampling.max_tokens == 512


def test_cot_shows_rationales_and_reads_after_the_trigger() -> None:
    strategy = ChainOfThought(NUMBER)
    (request,), answer = drive(strategy.solve(ASKED, (DEMO,)), " 6 + 1 = 7. The answer is 7.")
    assert "A: 1 + 1 = 2. The answer is 2.\n\nQ: What is 6" in request.prompt.text
    assert request.sampling.stop == ("\nQ:",)
    assert answer.text == "7"
    assert "6 + 1 = 7" in answer.rationale


def test_cot_reads_after_a_trigger_of_the_templates_own() -> None:
    template = Template("mine", trigger="Hence we obtain")
    program = ChainOfThought(NUMBER, template).solve(ASKED, ())
    _, answer = drive(program, " Hence we obtain 7 since 6 and 1 give 7, as 3 and 4 do.")
    assert answer.text == "7"


def test_a_chain_cut_off_before_its_answer_is_truncated() -> None:
    cut = Completion(" First, 6 + 1", "length")
    _, answer = drive(ChainOfThought(NUMBER).solve(ASKED, ()), cut)
    assert (answer.text, answer.outcome) == ("", "truncated")


def test_zero_shot_cot_asks_for_reasoning_and_then_for_the_answer() -> None:
    asked, answer = drive(
        ZeroShotCoT(NUMBER).solve(ASKED, (DEMO,)), " We add 6 and 1.", " 7, I think, not 8."
    )
    first, second = (request.prompt.text for request in asked)
    assert first == "Q: What is 6 + 1?\nA: Let's think step by step."
    assert second == (
        "Q: What is 6 + 1?\nA: Let's think step by step. We add 6 and 1.\n"
        "Therefore, the answer (arabic numerals) is"
    )
    assert asked[1].sampling.max_tokens == 32
    assert (answer.text, answer.rationale) == ("7", "We add 6 and 1.")


@pytest.mark.parametrize("strategy", [Direct(NUMBER), ChainOfThought(NUMBER), ZeroShotCoT(NUMBER)])
def test_nothing_said_is_unparsed(strategy) -> None:
    program = strategy.solve(ASKED, ())
    replies = ("", "") if isinstance(strategy, ZeroShotCoT) else ("",)
    assert drive(program, *replies)[1].outcome == "unparsed"
