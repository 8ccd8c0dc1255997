"""The example in one file is run as it stands, with an answerer without weights."""

import runpy
from pathlib import Path

import pytest

from promptlab import Scripted

LOOP = Path(__file__).parents[1] / "examples" / "loop.py"


@pytest.mark.parametrize(("reply", "accuracy"), [("5 + 2 = 7. The answer is 7.", 0.5), ("?", 0.0)])
def test_the_loop_answers_every_question_and_scores_it(reply: str, accuracy: float) -> None:
    loop = runpy.run_path(str(LOOP))
    answers, mean = loop["run"](Scripted(reply))
    assert len(answers) == len(loop["TEST"])
    assert mean == accuracy


def test_the_loop_shows_the_nearest_demonstration_next_to_the_question() -> None:
    prompts = []

    def reply(request):
        prompts.append(request.prompt.text)
        return "The answer is 7."

    runpy.run_path(str(LOOP))["run"](Scripted(reply))
    assert prompts[0].index("Ann had") < prompts[0].index("Tom has") < prompts[0].index("Eva has")
    assert "3 + 4 = 7. The answer is 7." in prompts[0]


def test_the_loop_can_be_read_at_a_glance() -> None:
    assert len(LOOP.read_text("utf-8").splitlines()) <= 40
