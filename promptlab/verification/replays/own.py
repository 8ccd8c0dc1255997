"""Our own recordings: whole experiments, from the file to the score, in which nobody is asked.

Each was written for a trap, and what it comes to was counted by hand: of `two_stages` 4 of 6 are
right, for one is wrong by its reasoning and one says no number; of `one_stage` 4 of 5; and so on.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from promptlab.data.fields import Fields
from promptlab.data.jsonl import Jsonl
from promptlab.experiment import Experiment
from promptlab.metric.accuracy import Accuracy
from promptlab.metric.code.passed import Passed
from promptlab.model.replay import Replay
from promptlab.ordering.as_selected import AsSelected
from promptlab.protocols import Metric, Strategy
from promptlab.selection.zero import Zero
from promptlab.strategy.direct import Direct
from promptlab.strategy.programs.pal import PAL
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.strategy.thought.zero_shot_cot import ZeroShotCoT
from promptlab.strategy.voting.self_consistency import SelfConsistency
from promptlab.strategy.voting.vote import Ties
from promptlab.tool.executor.monty import Monty
from promptlab.tool.python import Python
from promptlab.types import Task
from promptlab.verification.check import Check

FOLDER = Path(__file__).parents[1] / "recordings"
TESTS = ("test", "entry_point?")
NUMBER, CHOICE, CODE = (Task(answer=kind) for kind in ("number", "choice", "code"))


@dataclass(frozen=True)
class Recorded:
    """A file of replies, and who asked for them.

    Attributes:
        file: Its name, without the ending.
        task: What was asked.
        strategy: How.
        metric: What is scored beside accuracy.
        kept: Fields of a record that the metrics read.
    """

    file: str
    task: Task
    strategy: Strategy
    metric: Mapping[str, Metric] = field(default_factory=dict)
    kept: tuple[str, ...] = ()

    def __call__(self) -> dict[str, float]:
        """Run the experiment, and return its scores."""
        path = str(FOLDER / f"{self.file}.jsonl")
        source = Jsonl(path, pool_limit=0, task=self.task, fields=Fields(metadata=self.kept))
        with tempfile.TemporaryDirectory() as folder:
            experiment = Experiment(
                *(source.load(), Zero(), AsSelected(), self.strategy, Replay(path)),
                metric={"accuracy": Accuracy(self.task), **self.metric},
                folder=Path(folder),
                tool={"python": Python(Monty(seconds=0.5))},
            )
            metrics: dict[str, float] = experiment()["metrics"]
            return metrics


def _votes(ties: Ties) -> Recorded:
    inner = ChainOfThought(NUMBER)
    return Recorded("draws", NUMBER, SelfConsistency(inner, 5, ties=ties, task=NUMBER))


RUNS = {
    "two_stages": Recorded("two_stages", NUMBER, ZeroShotCoT(NUMBER)),
    "one_stage": Recorded("one_stage", NUMBER, ChainOfThought(NUMBER)),
    "choices": Recorded("choices", CHOICE, Direct(CHOICE)),
    "draws": _votes("first"),
    "ties": _votes("abstain"),
    "programs": Recorded("programs", NUMBER, PAL(NUMBER)),
    "tested": Recorded(
        "tested",
        CODE,
        SelfConsistency(Direct(CODE), 4, task=CODE),
        {"accuracy": Passed((1, 2), 4)},
        TESTS,
    ),
}


@cache
def _scores(run: str) -> dict[str, float]:
    return RUNS[run]()


def _check(run: str, name: str, score: str, source: str, expected: float) -> Check:
    said = f"{RUNS[run].file}.jsonl: {source}"
    return Check("recordings", name, said, expected, lambda: _scores(run)[score])


CHECKS = (
    _check("two_stages", "zero-shot CoT", "accuracy", "4 of 6 are right", 4 / 6),
    _check("two_stages", "zero-shot CoT, not read", "unparsed", "one says no number", 1),
    _check("one_stage", "chain of thought", "accuracy", "4 of 5; one runs on", 4 / 5),
    _check("choices", "choices", "accuracy", "4 of 5; a letter, a text, a negation", 4 / 5),
    _check("draws", "self-consistency", "accuracy", "3 of 4; a tie goes to the first", 3 / 4),
    _check("draws", "its confidence", "confidence", "(3/5 + 2/4 + 5/5 + 3/5) / 4", 2.7 / 4),
    _check("draws", "its calibration error", "ece", "2/4 |.6 - 1| + 1/4 .5 + 0", 0.325),
    _check("ties", "ties that abstain", "abstained", "one of 4 questions is tied", 1),
    _check("programs", "programs", "accuracy", "4 of 6; one fails, one has no end", 4 / 6),
    _check("programs", "programs without a result", "unparsed", "these two", 2),
    _check("tested", "pass@1", "pass_at_1", "2, 1 and 3 of 4 draws pass", 6 / 12),
    _check("tested", "pass@2", "pass_at_2", "(5/6 + 3/6 + 6/6) / 3", 14 / 18),
    _check("tested", "the first of the draws", "accuracy", "each passes its tests", 1),
)
