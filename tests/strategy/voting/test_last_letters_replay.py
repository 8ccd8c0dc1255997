"""Votes over GPT-3.5's recorded answers to last letters: how accuracy grows with the draws."""

from pathlib import Path

import pytest

from promptlab.verification.replays.last_letters import CURVE, FILE, accuracy

FOLDER = Path(__file__).resolve().parents[3].parent / "shared/data/outputs"

pytestmark = pytest.mark.skipif(
    not (FOLDER / FILE).exists(), reason="needs the recorded last letters"
)


@pytest.mark.parametrize(
    ("draws", "expected"), [(1, 79.6), (5, 80.8), (10, 81.2), (20, 81.2), (40, 81.2)]
)
def test_half_of_the_questions_follow_the_curve_of_all(draws, expected):
    """The file holds 250 of the 500 questions that the published figures are of."""
    voted = accuracy(FOLDER, draws)
    assert voted == pytest.approx(expected)
    assert voted == pytest.approx(CURVE[draws], abs=1.0)
