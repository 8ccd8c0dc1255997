"""Votes over GPT-4's recorded answers to the Game of 24 are the known ones, at the known cost."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from promptlab.program import generate, recorded
from promptlab.strategy.voting.adaptive_consistency import AdaptiveConsistency
from promptlab.strategy.voting.esc import ESC
from promptlab.strategy.voting.self_consistency import SelfConsistency
from promptlab.strategy.voting.vote import Vote
from promptlab.types import Answer, Completion, Generate, Message, Prompt, Question, Task

FOLDER = Path(__file__).resolve().parents[3].parent / "shared/data/outputs/game24_tot"
FORTY = 40

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="needs the recorded Game of 24 answers")


# Expressions are the same where they are written the same.
CODE = Task(answer="code")


@dataclass(frozen=True)
class Expression:
    """The answer is the last line's expression, left of the equals sign."""

    def solve(self, question, demos):
        completion = yield from generate(Generate(Prompt((Message("text", question.text),))))
        return Answer(expression(completion.text))


def expression(text):
    last = text.strip().split("\n")[-1].lower().replace("answer: ", "")
    return last.split("=")[0].replace(" ", "")


def outcome(strategy, file):
    """Return how many puzzles are solved, and the mean number of draws."""
    solved = spent = 0
    rows = [json.loads(line) for line in (FOLDER / file).read_text("utf-8").splitlines()]
    for row in rows:
        answer, exchanges = replay(strategy, row)
        first = [expression(text) for text in row["outputs"]].index(answer.text)
        solved += row["correct"][first]
        spent += len(exchanges)
    return solved, spent / len(rows)


def replay(strategy, row):
    exchanges = []
    program = recorded(strategy.solve(Question(row["id"], row["question"]), ()), exchanges)
    try:
        requests = next(program)
        while True:
            requests = program.send(
                [Completion(row["outputs"][each.sampling.draw]) for each in requests]
            )
    except StopIteration as stop:
        return stop.value, exchanges


@pytest.mark.parametrize(
    ("file", "solved", "adaptive", "esc"),
    [("cot_100.jsonl", 6, 35.76, 39.65), ("standard_100.jsonl", 8, 19.34, 30.45)],
)
def test_the_game_of_24_is_solved_as_often_with_fewer_draws(file, solved, adaptive, esc):
    assert outcome(SelfConsistency(Expression(), FORTY, task=CODE), file) == (solved, FORTY)
    assert outcome(AdaptiveConsistency(Expression(), task=CODE), file) == (
        solved,
        pytest.approx(adaptive),
    )
    assert outcome(ESC(Expression(), task=CODE), file) == (solved, pytest.approx(esc))


@pytest.mark.parametrize(
    ("file", "first", "worst", "expected", "best"),
    [("cot_100.jsonl", 8, 7, 8.0, 9), ("standard_100.jsonl", 9, 9, 9.5, 10)],
)
def test_of_all_draws_the_policy_for_ties_alone_spans_the_published_number(
    file, first, worst, expected, best
):
    """Yao et al., 2023, publish 9.0 for the vote of 100 chains of thought."""
    rows = [json.loads(line) for line in (FOLDER / file).read_text("utf-8").splitlines()]
    low = mean = high = won = 0
    for row in rows:
        answers = [Answer(expression(text)) for text in row["outputs"]]
        flags = {}
        for answer, flag in zip(answers, row["correct"], strict=True):
            flags.setdefault(answer.text, flag)
        votes = Vote(task=CODE).tally(answers)
        tied = [flags[text] for text, count in votes if count == votes[0][1]]
        low, high = low + min(tied), high + max(tied)
        mean += sum(tied) / len(tied)
        won += flags[Vote(task=CODE).winner(answers).text]
    assert (won, low, mean, high) == (first, worst, pytest.approx(expected), best)
