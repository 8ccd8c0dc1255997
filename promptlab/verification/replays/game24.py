"""GPT-4's draws for the Game of 24, voted on: Yao et al., Tree of Thoughts, 2023.

An answer is the last line's expression, left of the equals sign. Which of equally many votes wins
decides alone between 7 and 9 of 100 puzzles; the paper has 9.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from promptlab.program import generate, solve
from promptlab.protocols import Program, Strategy
from promptlab.strategy.voting.adaptive_consistency import AdaptiveConsistency
from promptlab.strategy.voting.esc import ESC
from promptlab.strategy.voting.self_consistency import SelfConsistency
from promptlab.strategy.voting.vote import Vote
from promptlab.types import (
    Answer,
    Completion,
    Example,
    Generate,
    Message,
    Prompt,
    Question,
    Request,
    Task,
)
from promptlab.verification.check import Check
from promptlab.verification.replays.rows import rows

FOLDER, FORTY = "game24_tot", 40
CODE = Task(answer="code")
"""Expressions are the same where they are written the same."""


@dataclass(frozen=True)
class Expression:
    """Answer with the expression that a reply ends with."""

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:  # noqa: ARG002
        """Ask once."""
        prompt = Prompt((Message("text", question.text),))
        completion = yield from generate(Generate(prompt))
        return Answer(expression(completion.text))


def expression(text: str) -> str:
    """Return what is left of the last line's equals sign, without its spaces."""
    last = text.strip().split("\n")[-1].lower().replace("answer: ", "")
    return last.split("=")[0].replace(" ", "")


class _Draws:
    """Answers with a puzzle's recorded draws, and counts how many were asked for."""

    def __init__(self, outputs: Sequence[str]) -> None:
        self.outputs, self.asked = outputs, 0

    def answer(self, requests: Sequence[Request]) -> list[Completion]:
        self.asked += len(requests)
        draws = [each.sampling.draw for each in requests if isinstance(each, Generate)]
        return [Completion(self.outputs[draw]) for draw in draws]


@cache
def puzzles(folder: Path, name: str) -> list[dict[str, Any]]:
    """Read a file's puzzles: each with its `outputs`, and which of them are `correct`."""
    found = rows(folder, f"{FOLDER}/{name}.jsonl", ("id", "question", "outputs", "correct"))
    for puzzle in found:
        drawn, told = len(puzzle["outputs"]), len(puzzle["correct"])
        if drawn < FORTY or drawn != told:
            raise ValueError(
                f"{folder / FOLDER / name}.jsonl, puzzle {puzzle['id']}: {drawn} outputs, of which "
                f"{told} are said to be correct or not; expected {FORTY} or more, and as many"
            )
    return found


def voted(folder: Path, name: str, strategy: Strategy) -> tuple[float, float]:
    """Return how many puzzles a vote solves, and the mean number of draws that it asks for."""
    solved = asked = 0
    for puzzle in puzzles(folder, name):
        draws = _Draws(puzzle["outputs"])
        answer = solve(strategy.solve(Question(puzzle["id"], puzzle["question"]), ()), draws)
        first = [expression(text) for text in puzzle["outputs"]].index(answer.text)
        solved, asked = solved + bool(puzzle["correct"][first]), asked + draws.asked
    return float(solved), asked / len(puzzles(folder, name))


def by_ties(folder: Path, name: str) -> tuple[float, float, float]:
    """Return how many puzzles all draws solve if ties go wrong, by chance, and right."""
    shares = [_share(puzzle) for puzzle in puzzles(folder, name)]
    return float(sum(each == 1 for each in shares)), sum(shares), float(sum(map(bool, shares)))


def _share(puzzle: dict[str, Any]) -> float:
    """Return the share of the most voted expressions that are right."""
    drawn = [expression(text) for text in puzzle["outputs"]]
    votes = Vote(task=CODE).tally([Answer(text) for text in drawn])
    tied = [text for text, count in votes if count == votes[0][1]]
    return sum(bool(puzzle["correct"][drawn.index(text)]) for text in tied) / len(tied)


def checks(folder: Path) -> list[Check]:
    """List the checks of a folder of outputs."""
    found = [
        Check(
            *("published", "Game of 24, vote of 100", "7 to 9 by ties (Yao et al. 2023: 9)"),
            *((7.0, 8.0, 9.0), lambda: by_ties(folder, "cot_100")),
        )
    ]
    for name, solved, adaptive, esc in (
        ("cot_100", 6, 35.76, 39.65),
        ("standard_100", 8, 19.34, 30.45),
    ):
        for what, strategy, draws in (
            ("vote of 40", SelfConsistency(Expression(), FORTY, task=CODE), 40.0),
            ("adaptive", AdaptiveConsistency(Expression(), task=CODE), adaptive),
            ("ESC", ESC(Expression(), task=CODE), esc),
        ):
            found.append(
                Check(
                    *("published", f"Game of 24, {name}, {what}", "solved, and mean draws"),
                    *((float(solved), draws),),
                    compute=lambda n=name, s=strategy: voted(folder, n, s),  # type: ignore[misc]
                )
            )
    return found
