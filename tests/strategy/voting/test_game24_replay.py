"""Votes over GPT-4's recorded answers to the Game of 24 are the known ones, at the known cost."""

from pathlib import Path

import pytest

from promptlab.strategy.voting.adaptive_consistency import AdaptiveConsistency
from promptlab.strategy.voting.esc import ESC
from promptlab.strategy.voting.self_consistency import SelfConsistency
from promptlab.verification.replays.game24 import CODE, FORTY, Expression, by_ties, voted

FOLDER = Path(__file__).resolve().parents[3].parent / "shared/data/outputs"

pytestmark = pytest.mark.skipif(
    not (FOLDER / "game24_tot").exists(), reason="needs the recorded Game of 24 answers"
)


@pytest.mark.parametrize(
    ("name", "solved", "adaptive", "esc"),
    [("cot_100", 6, 35.76, 39.65), ("standard_100", 8, 19.34, 30.45)],
)
def test_the_game_of_24_is_solved_as_often_with_fewer_draws(name, solved, adaptive, esc):
    def outcome(strategy):
        return voted(FOLDER, name, strategy)

    assert outcome(SelfConsistency(Expression(), FORTY, task=CODE)) == (solved, FORTY)
    assert outcome(AdaptiveConsistency(Expression(), task=CODE)) == (
        solved,
        pytest.approx(adaptive),
    )
    assert outcome(ESC(Expression(), task=CODE)) == (solved, pytest.approx(esc))


def test_how_ties_are_broken_decides_alone_between_seven_and_nine():
    assert by_ties(FOLDER, "cot_100") == (7, pytest.approx(8.0), 9)
