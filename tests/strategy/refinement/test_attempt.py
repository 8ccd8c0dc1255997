"""Whoever looks at a program again is shown it in a fence, as chains of thought show programs."""

import pytest
from laws import built

from promptlab.laws.driving import driven
from promptlab.strategy.refinement.attempt import attempted
from promptlab.types import Answer, Completion, Question, Task

QUESTION = Question("q", "Double it.")
PROGRAM = "def f(x):\n    return 2 * x"
FENCED = f"\n```\n{PROGRAM}\n```\n"
CODE = Task(answer="code")


def asked(strategy, *said, inner="direct"):
    replies = iter(said)
    made = built("strategy", strategy, "code", f"strategy@strategy.inner={inner}")
    batches, _ = driven(made.solve(QUESTION, ()), lambda _: Completion(next(replies)))
    return [request.text for batch in batches for request in batch]


@pytest.mark.parametrize("inner", ["direct", "cot"])
@pytest.mark.parametrize(
    ("strategy", "said", "shown"),
    [
        ("self_refine", ["It adds.", PROGRAM, "It is correct."], [1, 2, 3]),
        ("reflexion", ["no", "It adds.", PROGRAM, "yes"], [1, 2, 4]),
        ("chain_of_verification", ["Does it add?", "No.", PROGRAM], [1, 3]),
    ],
)
def test_every_prompt_that_shows_an_attempt_has_its_program_in_a_fence(
    strategy, said, shown, inner
):
    first = f"So.\nThe answer is{FENCED}" if inner == "cot" else PROGRAM
    said = [first if each == PROGRAM else each for each in said]
    texts = asked(strategy, first, *said, inner=inner)
    assert [number for number, text in enumerate(texts) if FENCED in text] == shown
    assert all(text.count(PROGRAM) == (number in shown) for number, text in enumerate(texts))


def test_a_tree_of_thoughts_judges_programs_in_fences():
    made = built("strategy", "tree_of_thoughts", "code")
    assert made._steps(Answer(PROGRAM, "So.")) == ("So.", FENCED.strip("\n"))


def test_what_is_no_program_is_written_as_it_is():
    assert attempted(Answer("3", "One and two."), Task(answer="number")) == "One and two.\n3"
    assert attempted(Answer("", "```", outcome="unparsed"), CODE) == "```"
    assert attempted(Answer("`" * 3), CODE) == "\n````\n```\n````"
