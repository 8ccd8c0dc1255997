"""Chain of draft: brief steps, and the answer after a separator."""

from laws import driven

from promptlab.strategy.thought.chain_of_draft import ChainOfDraft
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.types import Completion, Example, Question, Task

DEMO = Example(Question("d", "2 + 2?"), "4", "2 + 2 = 4;")


def asked(reply, **knobs):
    strategy = ChainOfDraft(ChainOfThought(Task("Solve it.", "number")), **knobs)
    batches, answer = driven(
        strategy.solve(Question("1", "20 - 12?"), (DEMO,)), lambda _: Completion(reply)
    )
    ((request,),) = batches
    return request.text, answer


def test_it_is_told_to_be_brief_after_the_task_s_own_instruction() -> None:
    text, _ = asked("20 - x = 12; x = 8. #### 8", draft="At most 5 words {a} step.")
    assert text == (
        "Solve it.\nAt most 5 words {a} step.\n\n"
        "Q: 2 + 2?\nA: 2 + 2 = 4; #### 4.\n\nQ: 20 - 12?\nA:"
    )


def test_the_answer_stands_after_the_separator() -> None:
    _, answer = asked("20 - x = 12; x = 8 of 20. #### 8")
    assert (answer.text, answer.rationale) == ("8", "20 - x = 12; x = 8 of 20.")


def test_the_separator_may_be_another() -> None:
    text, answer = asked("20 减 12 得 8，共 20。结论：8", separator="结论：")
    assert "结论： 4." in text
    assert answer.text == "8"
