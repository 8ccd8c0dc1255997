"""Auto-CoT: which rationales pass, and what stands in for those that do not."""

import pytest

from promptlab.program import solve
from promptlab.protocols import Preview
from promptlab.strategy.thought.auto_cot import AutoCoT, words
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.strategy.thought.zero_shot_cot import ZeroShotCoT
from promptlab.types import Answer, Completion, Example, Question, Task

NUMBER = Task(answer="number")
STRATEGY = AutoCoT(NUMBER, ZeroShotCoT(NUMBER), ChainOfThought(NUMBER, reasoning=True))
ASKED = Question("q", "What is 6 + 1?")


class Solver:
    """Reasons about each question as told, concludes with its last number, and counts."""

    identity = {"name": "solver"}

    def __init__(self, **rationales: str) -> None:
        self.rationales = rationales
        self.prompts: list[str] = []

    def answer(self, requests):
        self.prompts += [request.prompt.text for request in requests]
        return [Completion(self._reply(request.prompt.text)) for request in requests]

    def _reply(self, prompt: str) -> str:
        asked = prompt.rsplit("Q: ", 1)[1].split("\n", maxsplit=1)[0]
        if "Therefore" in prompt:
            return " 7"
        return " " + self.rationales.get(asked, "It is 7.")

    def preview(self, prompt):
        return Preview(prompt.text, None)


def example(name: str, *alternates: Example) -> Example:
    return Example(Question(name, name), "1", "gold", alternates=alternates)


def test_demonstrations_show_what_the_model_wrote_and_never_the_gold_answer() -> None:
    model = Solver(one="We count.\nIt is 7.")
    solve(STRATEGY.solve(ASKED, (example("one"),)), model)
    assert model.prompts[-1] == (
        "Q: one\nA: Let's think step by step. We count. It is 7. The answer is 7.\n\n"
        "Q: What is 6 + 1?\nA: Let's think step by step."
    )


def test_the_first_alternate_that_passes_stands_in() -> None:
    alternates = [example(name) for name in ("b", "c", "d", "e")]
    model = Solver(a="No end", b="It is 8.", c="It is 7.", d="It is 7.")
    solve(STRATEGY.solve(ASKED, (example("a", *alternates),)), model)
    assert model.prompts[-1].startswith("Q: c\n")


def test_a_cluster_without_a_survivor_yields_no_demonstration() -> None:
    model = Solver(a="No end", b="Nor here")
    solve(STRATEGY.solve(ASKED, (example("a", example("b")),)), model)
    assert model.prompts[-1] == "Q: What is 6 + 1?\nA: Let's think step by step."


def test_tries_bound_the_search() -> None:
    model = Solver(a="No end")
    strategy = AutoCoT(NUMBER, STRATEGY.writer, STRATEGY.inner, tries=1)
    solve(strategy.solve(ASKED, (example("a", example("b")),)), model)
    assert not any(prompt.startswith("Q: b") for prompt in model.prompts)


@pytest.mark.parametrize(
    ("text", "answer", "passes"),
    [
        ("short", Answer("7", "So it is 7."), True),
        ("short", Answer("7", "So it is 7"), False),
        ("短问题", Answer("7", "所以是 7。"), True),
        ("short", Answer("", "So it is 7."), False),
        ("short", Answer("7", ""), False),
        (
            "short",
            Answer("7", "It is 7. " + "And so on we go, far past any ten last words. " * 2),
            False,
        ),
        ("short", Answer("7", "a\nb\nc\nd\nIt is 7."), True),
        ("short", Answer("7", "a\nb\nc\nd\ne\nIt is 7."), False),
        ("short", Answer("7", "a\n\nb\n\nc\n\nd\n\nIt is 7."), True),
        ("word " * 59, Answer("7", "It is 7."), True),
        ("word " * 60, Answer("7", "It is 7."), False),
    ],
)
def test_a_rationale_passes_when_it_is_short_whole_and_leads_to_its_answer(text, answer, passes):
    assert STRATEGY.passes(Question("q", text), answer) is passes


def test_only_numbers_must_stand_at_the_end() -> None:
    strategy = AutoCoT(Task(answer="choice"), STRATEGY.writer, STRATEGY.inner)
    assert strategy.passes(Question("q", "?"), Answer("B", "The bank is likely."))


def test_two_chinese_characters_count_as_a_word() -> None:
    assert words("一个 apple 苹果") == 3
    assert words("three plain words") == 3
