"""Forty draws of GPT-3.5 for last letters: how accuracy grows with them. Li et al., ESC, 2024.

The file holds 250 of the 500 questions that the published figures are of, so that these follow them
within a point.
"""

import re
from functools import cache
from pathlib import Path

from promptlab.strategy.voting.vote import Vote
from promptlab.types import Answer
from promptlab.verification.check import Check
from promptlab.verification.replays.rows import rows

FILE = "esc_self_consistency/last_letters_gpt35_40.jsonl"
CURVE = {1: 78.6, 5: 81.0, 10: 81.2, 20: 81.0, 40: 81.6}


def read(text: str) -> Answer:
    """Read what follows the last "answer is", as the authors do."""
    found = re.findall(r"answer is\W*(\w+)", text)
    return Answer(found[-1].lower(), text) if found else Answer("", text, outcome="unparsed")


@cache
def drawn(folder: Path) -> list[tuple[str, list[Answer]]]:
    """Return each question's gold answer, and its draws."""
    lines = rows(folder, FILE, ("answer", "outputs"))
    return [(line["answer"], [read(each) for each in line["outputs"]]) for line in lines]


def accuracy(folder: Path, draws: int) -> float:
    """Return how often the vote of the first draws is right, in percent."""
    asked = drawn(folder)
    return 100 * sum(Vote().winner(said[:draws]).text == gold for gold, said in asked) / len(asked)


def checks(folder: Path) -> list[Check]:
    """List the checks of a folder of outputs."""
    return [
        Check(
            *("published", f"last letters, vote of {draws}", "Li et al. 2024, %", published),
            compute=lambda draws=draws: accuracy(folder, draws),  # type: ignore[misc]
            within=1.0,
        )
        for draws, published in CURVE.items()
    ]
