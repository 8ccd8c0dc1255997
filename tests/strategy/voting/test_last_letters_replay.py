"""Votes over GPT-3.5's recorded answers to last letters: how accuracy grows with the draws."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from promptlab.strategy.voting.vote import Vote
from promptlab.types import Answer

FILE = (
    Path(__file__).resolve().parents[3].parent
    / "shared/data/outputs/esc_self_consistency/last_letters_gpt35_40.jsonl"
)

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="needs the recorded last letters")


def read(text):
    """Read what follows the last "answer is", as the curve's authors do."""
    found = re.findall(r"answer is\W*(\w+)", text)
    return Answer(found[-1].lower(), text) if found else Answer("", text, outcome="unparsed")


@cache
def rows():
    lines = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    return [(row["answer"], [read(text) for text in row["outputs"]]) for row in lines]


def right(vote):
    return 100 * sum(vote(draws).text == gold for gold, draws in rows()) / len(rows())


@pytest.mark.parametrize(
    ("draws", "accuracy", "published"),
    [(1, 79.6, 78.6), (5, 80.8, 81.0), (10, 81.2, 81.2), (20, 81.2, 81.0), (40, 81.2, 81.6)],
)
def test_half_of_the_questions_follow_the_curve_of_all(draws, accuracy, published):
    """The file holds 250 of the 500 questions that the published figures are of."""
    voted = right(lambda answers: Vote().winner(answers[:draws]))
    assert voted == pytest.approx(accuracy)
    assert voted == pytest.approx(published, abs=1.0)
