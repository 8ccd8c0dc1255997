"""The laws of every strategy that a yaml names."""

from functools import cache
from pathlib import Path

import pytest
from hydra.utils import instantiate

from promptlab.cli.config.compose import compose
from promptlab.types import Answer, Completion, Example, Generate, Question, Scores

STRATEGIES = sorted(
    path.stem for path in (Path(__file__).parents[2] / "conf" / "strategy").glob("*.yaml")
)
TASKS = {
    "number": Question("q", "六加一是多少？ What is ６ + 1?"),
    "label": Question("q", "Who is she?"),
    "choice": Question("q", "Where?", choices=("here", "there", "那里")),
    "yes_no": Question("q", "Is it so?"),
    "text": Question("q", "Say something."),
}
DEMOS = (
    Example(Question("d1", "1 + 1?", choices=("2", "3")), "A", "1 + 1 = 2."),
    Example(Question("d2", "Where to?", choices=("in", "out")), "B"),
)
CASES = [
    (strategy, answer)
    for strategy in STRATEGIES
    for answer in TASKS
    if strategy != "choose" or answer not in ("number", "text")
]


@cache
def composed(strategy: str):
    return compose([f"strategy={strategy}"])


@cache
def build(strategy: str, answer: str):
    cfg = composed(strategy)
    labels = ["person", "place"] if answer == "label" else []
    task = {"_target_": "promptlab.types.Task", "answer": answer, "labels": labels}
    cfg.dataset.task = task
    return instantiate(cfg.strategy, _convert_="all")


def drive(program, text: str, most: int = 2000):
    """Answer everything with the same text; return every batch asked, and the answer."""
    batches, replies = [], None
    for _ in range(most):
        try:
            requests = list(program.send(replies))
        except StopIteration as stop:
            return batches, stop.value
        batches.append(requests)
        replies = [
            Completion(text)
            if isinstance(request, Generate)
            else Scores((-1.0,) * len(request.continuations), (1,) * len(request.continuations))
            for request in requests
        ]
    raise AssertionError(f"still asking after {most} rounds")


@pytest.mark.parametrize(("strategy", "answer"), CASES)
@pytest.mark.parametrize("demos", [(), DEMOS], ids=["no demos", "demos"])
def test_it_ends_when_every_completion_is_empty(strategy, answer, demos) -> None:
    _, said = drive(build(strategy, answer).solve(TASKS[answer], demos), "")
    assert isinstance(said, Answer)
    if strategy != "choose":
        assert (said.text, said.outcome) == ("", "unparsed")


@pytest.mark.parametrize(("strategy", "answer"), CASES)
@pytest.mark.parametrize("text", ["The answer is 3.", "\ufeff��\u0000 ？", "A" * 5000])
def test_it_asks_the_same_when_told_the_same(strategy, answer, text) -> None:
    question = TASKS[answer]
    first = drive(build(strategy, answer).solve(question, DEMOS), text)
    again = drive(build(strategy, answer).solve(question, DEMOS), text)
    assert first == again


@pytest.mark.parametrize(("strategy", "answer"), CASES)
def test_the_question_asked_is_always_in_the_prompt(strategy, answer) -> None:
    question = TASKS[answer]
    batches, _ = drive(build(strategy, answer).solve(question, ()), "The answer is 3.")
    assert all(question.text in request.prompt.text for batch in batches for request in batch)
